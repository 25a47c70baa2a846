"""Service: what breaks, its escalation policy, and the deadlines of its incidents."""
