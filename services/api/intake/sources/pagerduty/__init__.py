"""PagerDuty sources: its Events API, both versions, and its change events."""
