"""Privacy of an incident: who may know of it."""
