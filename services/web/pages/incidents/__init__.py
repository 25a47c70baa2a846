"""Incident pages: the war room, the list, and a form for every command of an incident."""
