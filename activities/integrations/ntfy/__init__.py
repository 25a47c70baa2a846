"""Push messages over an ntfy topic."""
