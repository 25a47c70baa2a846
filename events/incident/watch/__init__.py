"""Watch over an incident: roles that stay unfilled and status updates that do not come."""
