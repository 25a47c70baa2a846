"""On call: whose turn it is at an instant, by wall clocks that people live by. Pure arithmetic."""
