"""Privacy of an incident: only its members know that a private one is there."""
