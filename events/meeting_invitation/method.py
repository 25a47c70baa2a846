"""Invitation method (RFC 5546): what a calendar is asked to do, and what a message is about."""

from enum import StrEnum


class Method(StrEnum):
    """What an invitation asks of a calendar."""

    REQUEST = "request"  # have the meeting, as it is now
    CANCEL = "cancel"  # have it no more


def about_of(sequence: int, method: Method) -> str:
    """Return what the messages of one change are about."""
    return f"{sequence} {method}"


def read_about(about: str) -> tuple[int, Method]:
    """Return which change a message is about, and what it asks."""
    sequence, _, method = about.partition(" ")
    return int(sequence), Method(method)
