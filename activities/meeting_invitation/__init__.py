"""Meeting invitations: who is told of a postmortem meeting, and what they read."""
