"""Notes and attachments beside an incident, on a stream of their own."""
