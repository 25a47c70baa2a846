"""Rendering of a public page: every file of it, from its facts alone."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from events.public_post.words import ComponentStatus
from services.status_page.bars import paths
from services.status_page.facts import WORKS, PublicIncident, PublicPage
from services.status_page.feed import feed_of
from services.status_page.statuspage_format import documents_of
from services.status_page.uptime import DAY, Day, days, stretches, total
from services.status_page.words import STATES, STATUSES, moment, sentence

TEMPLATES: Final = Path(__file__).parent / "templates"
RECENT: Final = 14 * DAY
DIGITS: Final = 10


def files_of(page: PublicPage, address: str) -> dict[str, bytes]:
    """Return what each file of a page holds, by its path; `address` is where the page is served."""
    measured = {
        part.key: days(
            stretches(page.incidents, part.key, page.written_at), part.since, page.written_at
        )
        for part in page.parts
    }
    statuses = page.statuses
    worst = max(statuses.values(), key=lambda one: one.rank, default=WORKS)
    if worst is WORKS and page.open:
        worst = ComponentStatus.DEGRADED_PERFORMANCE
    known: dict[str, Any] = {
        "sentence": sentence(page),
        "worst": worst,
        "parts": parts_of(page, statuses, measured),
        "recent": [
            one
            for one in page.incidents
            if one.resolved and page.written_at - one.newest.at <= RECENT
        ],
    }
    return {
        "status.css": style(),
        "index.html": rendered("index.html", page=page, **known),
        "history/index.html": rendered("history.html", page=page, **known),
        **{
            f"incidents/{one.public_id}/index.html": incident_file(page, one)
            for one in page.incidents
        },
        **documents_of(page, address),
        "history.atom": feed_of(page, address),
    }


def parts_of(
    page: PublicPage,
    statuses: Mapping[str, ComponentStatus],
    measured: Mapping[str, Sequence[Day]],
) -> list[dict[str, Any]]:
    """Return what templates say of each component."""
    return [
        {
            "name": part.name,
            "description": part.description,
            "group": part.group,
            "status": statuses[part.key],
            "total": total(measured[part.key]),
            "bars": paths(measured[part.key]),
            "days": list(reversed(measured[part.key])),
            "unknown": sum(not one.measured for one in measured[part.key]),
        }
        for part in page.parts
    ]


def incident_file(page: PublicPage, incident: PublicIncident) -> bytes:
    """Return the page of one incident. What is over is not written anew until it changes."""
    at = incident.changed_at if incident.resolved else page.written_at
    return rendered("incident.html", page=page, incident=incident, written_at=at)


@cache
def style() -> bytes:
    """Return the style sheet."""
    return (TEMPLATES / "status.css").read_bytes()


@cache
def environment() -> Environment:
    """Return the templates. A name that nobody gave is an error, not an empty place."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "moment": moment,
        "states": STATES,
        "statuses": STATUSES,
        "style": sha256(style()).hexdigest()[:DIGITS],
    }
    made.filters |= {"groupby_in_order": in_groups, "by_month": by_month}
    return made


def rendered(template: str, *, page: PublicPage, **facts: Any) -> bytes:
    """Return a file made from a template."""
    known = {"written_at": page.written_at} | facts
    return environment().get_template(template).render(page=page, **known).encode()


def in_groups(parts: Iterable[dict[str, Any]]) -> list[tuple[str | None, list[dict[str, Any]]]]:
    """Return components under the headings that they stand under, in their order."""
    return [(group, list(some)) for group, some in groupby(parts, key=lambda one: one["group"])]


def by_month(incidents: Iterable[PublicIncident]) -> list[tuple[str, list[PublicIncident]]]:
    """Return incidents by the month in which customers were first told of them."""
    months = groupby(incidents, key=lambda one: f"{one.posts[0].at:%B %Y}")
    return [(month, list(some)) for month, some in months]
