"""Purpose of a page: to have the incident taken, or to have one thing done."""

from enum import StrEnum


class Purpose(StrEnum):
    """What the answer to a page means."""

    RESPONSE = "response"  # the incident is taken: its answer acknowledges it
    REMINDER = "reminder"  # one thing is asked for: its answer ends this page and nothing else
