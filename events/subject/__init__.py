"""Data subject: a person whom events tell something personal about, and who can be forgotten."""
