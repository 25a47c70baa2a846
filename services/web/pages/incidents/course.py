"""Course of an incident: its phases with their times and limits, and what is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.web.calls import Document
from services.web.pages.incidents.commands.choices import PHASES
from services.web.words import read

SOON: Final = timedelta(minutes=2)  # before it is late it is worth a look


class State(StrEnum):
    """Where a phase is."""

    PAST = "past"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Phase of the course, as its box says it."""

    name: str
    state: State
    reached_at: str | None
    seconds: float | None  # that it lasted, or has lasted so far
    allowed_until: str | None  # it must be reached by then
    late: bool


def course_of(incident: Document, now: datetime) -> list[Phase]:
    """Return the six phases."""
    reached = {one["phase"]: one["reached_at"] for one in incident["phases"]}
    due = {one["phase"]: one for one in incident["deadlines"]}
    at = PHASES.index(incident["phase"])
    return [
        Phase(
            name=name,
            state=State.PAST if place < at else State.NOW if place == at else State.NEXT,
            reached_at=reached.get(name),
            seconds=_lasted(name, reached, incident, now),
            allowed_until=due[name]["due_at"] if _runs(due.get(name)) else None,
            late=_runs(due.get(name)) and read(due[name]["due_at"]) < now,
        )
        for place, name in enumerate(PHASES)
    ]


def _runs(deadline: Document | None) -> bool:
    return deadline is not None and deadline["state"] in {"running", "missed"}


def _lasted(name: str, reached: dict[str, str], incident: Document, now: datetime) -> float | None:
    if name not in reached:
        return None
    start = read(reached[name])
    later = [read(at) for other, at in reached.items() if other != name and read(at) >= start]
    after = [at for at in later if at > start]
    if name == incident["phase"]:
        return (now - start).total_seconds()
    return (min(after, default=start) - start).total_seconds()


def over_at(incident: Document) -> str | None:
    """Return when nobody had to work on it any more."""
    ends: Sequence[str | None] = [
        incident[name] for name in ("resolved_at", "declined_at", "merged_at")
    ]
    return next((one for one in ends if one), None)


def opened_for(incident: Document) -> float | None:
    """Return the seconds from the declaration to the end, None while it is open."""
    end = over_at(incident)
    if end is None:
        return None
    return (read(end) - read(incident["declared_at"])).total_seconds()


def answered_after(incident: Document) -> float | None:
    """Return the seconds that nobody had answered, None where nobody has."""
    at = incident["acknowledged_at"]
    return None if at is None else (read(at) - read(incident["declared_at"])).total_seconds()
