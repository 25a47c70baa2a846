"""Schedule: its calendar, its gaps, and what people agree about it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from services.access.permissions import Permission, is_unbound, permissions_of
from services.web.calls import Document, path_of
from services.web.fields.moments import midnight
from services.web.page import page
from services.web.pages.on_call.calendar import ROWS, ahead, first_day, gaps_in, weeks_of
from services.web.rendering import Screen
from services.web.rights.leading import Team, leading_of
from services.web.rights.taking_part import Part, part_of
from services.web.visit import Visit, zone_named
from services.web.words import Clock, read

SHOWN: Final = 8  # of past cover requests and of notes
CONFLICTS: Final = {
    "absent": "is away",
    "two_schedules": "is on call in two schedules at once, also in",
    "both_levels": "is the first and the second to be paged: nobody stands behind, see",
}


async def show(visit: Visit) -> Screen:
    """Show one schedule."""
    schedule_id = visit.named("schedule")
    schedule = await visit.calls.get(path_of("schedules", schedule_id), **visit.reading)
    zone = zone_named(schedule["zone"])
    first = first_day(visit.now, zone)
    begin, end = midnight(first, zone), midnight(first + timedelta(weeks=ROWS), zone)
    read_of = schedule_reads(visit, schedule_id, begin.isoformat(), end.isoformat())
    answers = dict(zip(read_of, await asyncio.gather(*read_of.values()), strict=True))
    shifts = answers["shifts"]["shifts"]
    who = await visit.who()
    teams = answers["teams"]["teams"]
    part = part_in(visit, schedule, teams, answers["overrides"]["overrides"])
    return Screen(
        template="on_call/schedule.html",
        title=schedule["name"],
        facts={
            "schedule": schedule,
            "theirs": Clock(now=visit.now, zone=zone),
            "both": visit.clock.zone_name() != Clock(now=visit.now, zone=zone).zone_name(),
            "weeks": weeks_of(shifts, first, visit.now, zone),
            "shifts": ahead(shifts, visit.now),
            "gaps": gaps_in(shifts, visit.now),
            "now": answers["on_call"]["schedules"][0],
            "warned": answers["warnings"],
            "clashes": clashes_in(answers["warnings"]["conflicts"]),
            "conflicts": CONFLICTS,
            "overrides": answers["overrides"]["overrides"],
            **cover_facts(answers["cover"]["cover_requests"], part),
            "notes": newest(answers["notes"]["hand_over_notes"]),
            "feeds": feeds_of(answers["feeds"]["feeds"], schedule_id, part, visit),
            "who": who,
            "may_act": not visit.as_of and visit.may(Permission.ON_CALL_WRITE),
            "part": part,
            "may_define": not visit.as_of
            and leading_of(visit, teams).may_change(schedule["team_id"]),
        },
        regions=("schedule_now",),
    )


def schedule_reads(visit: Visit, schedule_id: str, begin: str, end: str) -> dict[str, Any]:
    """Return what is asked of the API about a schedule, not yet awaited."""
    reading = visit.reading

    def of(noun: str, **query: str) -> Any:
        return visit.calls.get(path_of("schedules", schedule_id, noun), **query, **reading)

    return {
        "shifts": of("shifts", **{"from": begin}, until=end),
        "warnings": of("warnings", until=end),
        "overrides": of("overrides"),
        "cover": of("cover-requests"),
        "notes": of("hand-over-notes"),
        "on_call": visit.calls.get(path_of("on-call"), schedule=schedule_id, **reading),
        "feeds": visit.calls.get(path_of("feeds"), **reading),
        "teams": visit.calls.get(path_of("teams"), **reading),
    }


def clashes_in(conflicts: list[Document]) -> list[dict[str, Any]]:
    """Return the first conflict of each kind, person and other schedule, and how many there are."""
    found: dict[tuple[str, str, str | None], dict[str, Any]] = {}
    for one in conflicts:
        key = (one["kind"], one["responder_id"], one["schedule_id"])
        found.setdefault(key, {**one, "times": 0})["times"] += 1
    return list(found.values())


def cover_facts(requests: list[Document], part: Part) -> dict[str, Any]:
    """Return the cover requests that wait for an answer, and those that are over."""
    waiting = [one for one in requests if one["status"] in {"open", "declined"}]
    over = [one for one in requests if one not in waiting]
    return {
        "cover_waiting": [
            {**one, "may_take": part.may_take(one), "may_end": part.may_end(one)} for one in waiting
        ],
        "cover_over": over[:SHOWN],
    }


def newest(notes: list[Document]) -> list[Document]:
    """Return the newest hand-over notes, the newest first."""
    return sorted(notes, key=lambda note: read(note["noted_at"]), reverse=True)[:SHOWN]


def feeds_of(
    feeds: list[Document], schedule_id: str, part: Part, visit: Visit
) -> list[dict[str, Any]]:
    """Return the calendars of a schedule that are still read."""
    is_admin = is_unbound(permissions_of(visit.session.roles))
    return [
        {**one, "may_revoke": part.may_revoke(one, is_admin=is_admin)}
        for one in feeds
        if one["schedule_id"] == schedule_id and not one["revoked_at"]
    ]


def part_in(
    visit: Visit, schedule: Document, teams: Sequence[Team], overrides: Sequence[Document]
) -> Part:
    """Return how the visitor stands to the schedule."""
    owners = [one for one in teams if one["team_id"] == schedule["team_id"]]
    return part_of(
        visit.session.person,
        schedule,
        owners[0] if owners else None,
        overrides,
        is_admin=is_unbound(permissions_of(visit.session.roles)),
    )


ROUTES = (page("/on-call/{schedule}", show),)
