"""Messages in Matrix rooms."""
