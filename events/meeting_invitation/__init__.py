"""Meeting invitations: mail that puts a postmortem meeting into calendars, and takes it out."""
