"""Configuration: what a team sets up once, a file for each noun that is only defined."""
