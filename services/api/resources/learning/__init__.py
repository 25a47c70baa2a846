"""Learning: what a team makes of its incidents."""
