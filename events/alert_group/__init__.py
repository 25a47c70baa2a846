"""Alert group: its alerts go to one incident, so that an alert storm is one incident."""
