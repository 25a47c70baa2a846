"""Writing: what a request says of its command, and what the command is answered."""
