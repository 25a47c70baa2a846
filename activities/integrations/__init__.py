"""Integrations: one folder for each vendor that messages go through."""
