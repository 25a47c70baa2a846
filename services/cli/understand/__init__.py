"""History commands: timelines, replay, changes, events."""
