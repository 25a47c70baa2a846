"""Configuration files: one noun a file, written from a Tocsin and applied to it."""
