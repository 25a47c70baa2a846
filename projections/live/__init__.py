"""Live revisions: fed from the log, quarantined keys tried again, forgotten people forgotten."""
