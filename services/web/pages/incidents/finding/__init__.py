"""Finding incidents: the list with its filters, neighbours of one in it, many at once."""
