"""Snooze of an incident: whoever has it is left alone until a time, then it is paged again."""
