"""Acknowledgement state: when a person last did anything in the incident."""

from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, Final

from events.incident.events import IncidentAcknowledged

PERSON: Final = "responder:"


def active_after(active_at: datetime | None, event: object) -> datetime | None:
    """Return when the last sign of life was, after any event of the incident; never refuses.

    Whatever a person does counts; what timers, alerts and integrations do is no sign of one.
    """
    kind: Any = type(event)
    authored = _authorship(kind)
    if authored is None:
        return active_at
    by, at = authored
    name = getattr(event, by)
    if not isinstance(event, IncidentAcknowledged) and not name.startswith(PERSON):
        return active_at
    moment: datetime = getattr(event, at)
    return moment if active_at is None else max(active_at, moment)


@cache
def _authorship(event_type: type) -> tuple[str, str] | None:
    """Return the fields that say who did it, and when; None where only time did.

    The last of each kind: the others, where there are some, tell of what was before.
    """
    names = [field.name for field in fields(event_type)]
    by = next((name for name in reversed(names) if name.endswith("_by")), None)
    if by is None:
        return None
    at = f"{by.removesuffix('_by')}_at"
    return by, at if at in names else next(name for name in reversed(names) if name.endswith("_at"))
