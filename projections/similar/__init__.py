"""Similar incidents: which earlier ones an incident is like, by their words and what they share."""
