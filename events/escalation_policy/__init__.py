"""The escalation policy: levels of people, how patient each level is, how often to repeat."""
