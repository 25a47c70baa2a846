"""The incident type: what a team wants to know of incidents of one kind."""
