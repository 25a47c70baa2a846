"""Routing: the rules that alerts go by."""
