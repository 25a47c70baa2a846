"""Mapping resources: how an integration's JSON is read, and what it would say of a body."""
