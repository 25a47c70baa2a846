"""Follow-up: who is reminded of what is still to be done after an incident."""
