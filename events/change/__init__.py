"""The change: somebody deployed, or switched something, and whoever triages wants to know."""
