"""Past incidents: entered after they happened, with their true times."""
