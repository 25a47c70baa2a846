"""Page: one escalation of one incident through one policy, until somebody acknowledges."""
