"""Action item: what is changed after an incident, by whom and until when."""
