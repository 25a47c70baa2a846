"""Mapped bodies: any JSON as a message of our own fields, by the integration's mapping."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from events.mapping.body_mapping import BodyMapping
from events.mapping.reading import AlertRead, read_body
from events.mapping.refusals import Unreadable
from services.request_refusals import BodyUnmapped
from services.strict_json import read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedBody:
    """The alerts of a body that could be read, and how many could not."""

    alerts: tuple[AlertRead, ...]
    unread: int


def mapped(mapping: BodyMapping, body: object) -> MappedBody:
    """Return the alerts of a body.

    Raises: BodyUnmapped (none of them can be read).
    """
    try:
        every = read_body(mapping, body)
    except Unreadable as unreadable:
        raise _unmapped(unreadable) from None
    alerts = tuple(one for one in every if one.unread is None)
    if not alerts:
        why = next(one.unread for one in every if one.unread is not None)
        raise _unmapped(why)
    return MappedBody(alerts=alerts, unread=len(every) - len(alerts))


def members_of(alert: AlertRead) -> dict[str, Any]:
    """Return an alert as the members of a message in our own fields."""
    links = alert.named("links")
    return {
        "title": alert.text("title"),
        "status": alert.text("status") or "firing",
        "dedup_key": alert.text("dedup_key"),
        "group_key": alert.text("group_key"),
        "severity": alert.text("severity"),
        "description": alert.text("summary"),
        "labels": alert.named("labels"),
        "details": {f"link {name}": address for name, address in links.items()},
        "source_url": alert.text("source_url") or next(iter(links.values()), ""),
        "started_at": alert.text("started_at") or None,
    }


@dataclass(slots=True)
class MappedReader[Heard]:
    """Reads a body by a mapping."""

    mapping: BodyMapping
    heard: Callable[[MappedBody], Heard]
    raw: bytearray = field(default_factory=bytearray)

    def feed(self, part: bytes) -> None:
        """Take the next bytes."""
        self.raw += part

    def finish(self) -> Heard:
        """Return what the body says.

        Raises: BodyMalformed, BodyUnmapped.
        """
        return self.heard(mapped(self.mapping, read_json(bytes(self.raw))))


def _unmapped(why: Unreadable) -> BodyUnmapped:
    by = f" by {why.by:.300}" if why.by else ""
    return BodyUnmapped(why.field, f"The mapping reads no {why.field}{by}: {why.reason}.")
