"""Sentences of what a team learns from its incidents."""
