"""Read models: rows made from events, rebuilt at will, and the queries over them."""
