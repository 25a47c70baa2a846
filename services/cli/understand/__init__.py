"""Commands that explain: timelines, replay, changes, events."""
