"""Description of an incident: the monitor's words and people's."""
