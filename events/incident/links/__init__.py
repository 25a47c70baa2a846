"""Links on an incident: where responders look and what they follow."""
