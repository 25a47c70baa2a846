"""Hand-off: what people are told of their shifts in a schedule, and of time that nobody covers."""
