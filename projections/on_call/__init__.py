"""On-call read models: teams and schedules."""
