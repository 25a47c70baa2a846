"""Calendars: an entry as a calendar shows it, and the iCalendar text that says so (RFC 5545)."""
