"""Commands of an incident, as forms: what each asks, and when there is a reason to show it."""
