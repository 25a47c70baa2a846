"""Learning policies: what is asked of postmortems and action items, and by when."""
