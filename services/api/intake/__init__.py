"""The ingest doors: what monitors send, turned into alerts and incidents."""
