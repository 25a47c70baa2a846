"""Practice: what a team says to a finding about how it works."""
