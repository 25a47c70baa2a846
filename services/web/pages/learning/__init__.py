"""Learning screens: what is changed after incidents."""
