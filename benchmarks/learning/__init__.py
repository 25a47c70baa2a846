"""Learning: numbers over many incidents."""
