"""Local accounts: signing in without an identity provider, and coming in for the first time."""
