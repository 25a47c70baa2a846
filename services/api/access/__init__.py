"""Access of a request: its caller, and which incidents that caller may see."""
