"""Communication commands: status updates and notes."""
