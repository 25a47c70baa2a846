"""On-call resources: teams, schedules, and who is on call."""
