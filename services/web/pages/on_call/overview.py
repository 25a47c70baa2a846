"""On call: every schedule, who is on call in it, who is next, and where nobody is."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from services.access.permissions import Permission
from services.web.calls import Document, path_of
from services.web.page import page
from services.web.pages.on_call.calendar import WEEKS, gaps_in
from services.web.rendering import Screen
from services.web.rights.leading import leading
from services.web.visit import Visit
from services.web.words import read

AT_ONCE: Final = 8  # schedules asked about together
MOST_TURNS: Final = 12  # of one's own that are listed


async def show(visit: Visit) -> Screen:
    """Show who is on call everywhere."""
    on_call, defined, who, lead = await asyncio.gather(
        visit.calls.get(path_of("on-call"), **visit.reading),
        visit.calls.get(path_of("schedules"), **visit.reading),
        visit.who(),
        leading(visit),
    )
    ended = {one["schedule_id"] for one in defined["schedules"] if one["ended_at"]}
    schedules = [one for one in on_call["schedules"] if one["schedule_id"] not in ended]
    planned = await planned_shifts(visit, [one["schedule_id"] for one in schedules])
    return Screen(
        template="on_call/overview.html",
        title="On call",
        facts={
            "schedules": [with_gaps(visit, one, planned) for one in schedules],
            "turns": turns_of(schedules, planned, visit.session.person)[:MOST_TURNS],
            "ended": [one for one in defined["schedules"] if one["ended_at"]],
            "who": who,
            "may_define": visit.may(Permission.TEAM_WRITE),
            "may_begin": not visit.as_of and lead.may_begin,
        },
        regions=("on_call",),
    )


async def planned_shifts(visit: Visit, schedule_ids: Sequence[str]) -> dict[str, list[Document]]:
    """Return the shifts of the weeks ahead, by schedule."""
    until = (visit.now + timedelta(weeks=WEEKS)).isoformat()
    planned: dict[str, list[Document]] = {}
    for start in range(0, len(schedule_ids), AT_ONCE):
        answers = await asyncio.gather(
            *(
                visit.calls.get(path_of("schedules", one, "shifts"), until=until, **visit.reading)
                for one in schedule_ids[start : start + AT_ONCE]
            )
        )
        planned |= {one["schedule_id"]: one["shifts"] for one in answers}
    return planned


def with_gaps(
    visit: Visit, schedule: Document, planned: Mapping[str, Sequence[Document]]
) -> Document:
    """Return a schedule with the times ahead in which nobody is on call."""
    gaps = gaps_in(planned[schedule["schedule_id"]], visit.now)
    return {**schedule, "gaps": gaps}


def turns_of(
    schedules: Sequence[Document], planned: Mapping[str, Sequence[Document]], person: str
) -> list[dict[str, Any]]:
    """Return when one person is on call, everywhere, by time."""
    turns: list[dict[str, Any]] = []
    for schedule in schedules:
        for shift in planned[schedule["schedule_id"]]:
            if all(duty["responder_id"] != person for duty in shift["on_call"]):
                continue
            last = turns[-1] if turns else None
            if last and last["schedule"] is schedule and last["ends_at"] == shift["starts_at"]:
                last["ends_at"] = shift["ends_at"]
            else:
                times = {name: shift[name] for name in ("starts_at", "ends_at")}
                turns.append({"schedule": schedule, **times})
    return sorted(turns, key=lambda turn: read(turn["starts_at"]))


ROUTES = (page("/on-call", show),)
