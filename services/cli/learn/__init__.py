"""Learning commands: what is changed after incidents."""
