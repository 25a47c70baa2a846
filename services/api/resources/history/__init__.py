"""History resources: timelines, notes, status updates and the log itself."""
