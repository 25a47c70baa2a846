"""Beside a postmortem: what customers read instead of it, and what was written of duplicates."""
