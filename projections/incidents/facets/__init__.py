"""Facets of an incident's detail: each with its rows and its fold."""
