"""Status update notification: who is still to have it, and the text of the message."""
