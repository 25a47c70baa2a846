"""Page notification: who is still to be paged, and the text of the message."""
