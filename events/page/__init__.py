"""The page: one escalation of one incident through one policy, until somebody answers."""
