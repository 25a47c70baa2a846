"""Commands that inform people: status updates and notes."""
