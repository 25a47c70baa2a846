"""What a page is for: to have the incident taken, or to have one duty done."""

from enum import StrEnum


class Purpose(StrEnum):
    """What the answer to a page means."""

    RESPONSE = "response"  # the incident is taken: its answer acknowledges it
    NUDGE = "nudge"  # one duty is asked for: its answer ends this page and nothing else
