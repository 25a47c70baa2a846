"""Learning policy: what is learned from incidents, by when and from whom, in numbered versions."""
