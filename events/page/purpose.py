"""What a page is for: to have the incident taken, or to have one duty done."""

from enum import StrEnum


class Purpose(StrEnum):
    """What the answer to a page means."""

    RESPONSE = "response"  # the incident is taken: its answer acknowledges it
    REMINDER = "reminder"  # one duty is asked for: its answer ends this page and nothing else
