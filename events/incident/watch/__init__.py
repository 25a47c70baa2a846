"""Watch over an incident: roles that stay empty and status updates that do not come."""
