"""Pages of an incident: who requests one, when it is sent, and what ends it."""
