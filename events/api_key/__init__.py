"""The API key: what a client may do, and for whom."""
