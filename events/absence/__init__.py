"""Absence: when a person is not there, so that nobody finds out only when they are paged."""
