"""Load of being on call: interruptions by each person's own clock, and how evenly they fall."""
