"""Account: pages on which people see to their own account."""
