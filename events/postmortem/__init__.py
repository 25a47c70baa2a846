"""Postmortem: what people make of an incident once it is over, section by section."""
