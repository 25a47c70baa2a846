"""Audit pages: who did what, who could see what, and proof that the log is as it was."""
