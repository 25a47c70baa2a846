"""Live events: the chosen part of the log up to now, and what is appended from then on."""
