"""On call: who has the pager in a schedule, read from the log at the moment it matters."""
