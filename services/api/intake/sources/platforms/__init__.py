"""Incident platforms: what sends alerts to a product like ours, and goes on sending them here."""
