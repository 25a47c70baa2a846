"""Paging as a whole, for one incident: whether the page that is due can start at all."""
