"""On-call sentences: schedules and their overrides, cover, absences, hand-over notices."""
