"""Rows made from events: thrown away and rebuilt at will, and the queries over them."""
