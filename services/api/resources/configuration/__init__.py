"""Configuration resources: who is paged, for what, and how."""
