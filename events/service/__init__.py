"""The service: what breaks, who is paged for it, and how fast the response must be."""
