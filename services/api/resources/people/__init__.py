"""People: their accounts, their roles, and where they are signed in."""
