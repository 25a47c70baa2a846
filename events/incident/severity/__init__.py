"""Severity of an incident: how it is judged, and the response it asks for."""
