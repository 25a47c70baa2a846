"""Acknowledgement of an incident: it is renewed by every sign of life, and lapses without one."""
