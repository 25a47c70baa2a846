"""Practice: what on call costs people, and what a team may want to look at."""
