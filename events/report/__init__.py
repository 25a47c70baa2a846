"""Report: the numbers of a quarter as they were published."""
