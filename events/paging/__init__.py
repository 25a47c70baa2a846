"""Paging of an incident as a whole: whether the page that is due can start at all."""
