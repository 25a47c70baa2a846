"""Pagination cursor: an opaque text that holds the place of a list's last row."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from events.errors import CursorInvalid

LONGEST = 400  # characters; ours have less than a hundred
NOT_OURS = "This cursor was not given by a list; begin without one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a list that is ordered by log position, then by key, newest first."""

    position: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPart[R]:
    """Some rows of a list, and where it goes on."""

    rows: tuple[R, ...]
    next_cursor: str | None  # None after the last row


PLACE = TypeAdapter(tuple[int, str])


def cursor_at(position: int, key: object) -> str:
    """Return the cursor after a row."""
    raw = PLACE.dump_json((position, str(key)))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def part_of[R](rows: Sequence[R], limit: int, position: str, key: str) -> ListPart[R]:
    """Return the first of these rows; that there is one more than `limit` says the list goes on."""
    shown, cursor = tuple(rows[:limit]), None
    if len(rows) > limit:
        cursor = cursor_at(getattr(shown[-1], position), getattr(shown[-1], key))
    return ListPart(rows=shown, next_cursor=cursor)


def place_of(cursor: str | None) -> Place | None:
    """Return the place a cursor holds, None for the start.

    Raises: CursorInvalid.
    """
    if cursor is None:
        return None
    try:
        padded = cursor[:LONGEST] + "=" * (-len(cursor[:LONGEST]) % 4)
        raw = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        position, key = PLACE.validate_json(raw, strict=True)
    except (ValueError, binascii.Error) as error:  # ValidationError is a ValueError
        raise CursorInvalid(NOT_OURS) from error
    if not 0 <= position < 2**63 or "\x00" in key:
        raise CursorInvalid(NOT_OURS)
    return Place(position=position, key=key)
