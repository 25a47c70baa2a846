"""Paging as the screen shows it: who is asked now, who is asked next and when, what went out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.web.calls import Document
from services.web.words import read

SHOWN: Final = 12  # pages; all of them are in the delivery log


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Page that waits for an answer: what "Not me, escalate" goes on from."""

    number: int
    round: int
    level: int
    levels: int
    since: str
    people: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """Who is asked after those who are asked now."""

    at: str
    people: Sequence[str]  # responder ids, as the schedules stand now
    others: Sequence[str]  # what no person is behind yet, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """Page with what went out for it."""

    page: Document
    seconds: float | None  # until it was answered
    sent: Sequence[Mapping[str, Any]]


def running(incident: Document) -> Document | None:
    """Return the page for the incident itself that waits for an answer."""
    pages = [one for one in incident["pages"] if one["state"] == "paging"]
    plain = [one for one in pages if not one["ask"] and one["purpose"] == "response"]
    found: list[Document] = plain or pages
    return found[-1] if found else None


def asked_of(incident: Document) -> Asked | None:
    """Return who is asked now to take it, None where somebody has."""
    page = running(incident)
    if page is None or not page["level"] or incident["status"] != "declared":
        return None
    return Asked(
        number=page["number"],
        round=page["round"],
        level=page["level"],
        levels=page["levels"],
        since=page["reached_at"] or page["started_at"],
        people=page["paged"],
    )


def next_of(incident: Document, schedules: Sequence[Document]) -> Next | None:
    """Return who is asked next, and when."""
    page = running(incident)
    following = page and page["next_level"]
    if not following:
        return None
    people: list[str] = []
    others: list[str] = []
    for target in following["targets"]:
        found = _people(target, schedules)
        people += [one for one in found if one not in people]
        if not found:
            others.append(_words(target))
    return Next(at=following["at"], people=people, others=others)


def _people(target: Document, schedules: Sequence[Document]) -> list[str]:
    if target["responder_id"]:
        return [target["responder_id"]]
    for schedule in schedules:
        if schedule["schedule_id"] == target["schedule_id"]:
            shift = schedule["now"] if target["turn"] == "current" else schedule["next"]
            return [duty["responder_id"] for duty in (shift or {}).get("on_call", [])]
    return []


def _words(target: Document) -> str:
    if target["schedule_id"]:
        return f"whoever is on call in {target['schedule_id']}"
    return f"team {target['team_id']}"


def others_asked(incident: Document) -> bool:
    """Say whether somebody is still asked to help."""
    return any(one["state"] == "paging" for one in incident["pages"])


def pages_of(answer: Document) -> list[ShownPage]:
    """Return the pages with their messages, the newest first."""
    by_page: dict[str, list[Document]] = {}
    for one in answer["deliveries"]:
        by_page.setdefault(one["page_id"], []).append(one)
    newest = sorted(answer["pages"], key=lambda page: page["number"], reverse=True)[:SHOWN]
    return [
        ShownPage(
            page=one,
            seconds=_seconds(one),
            sent=sorted(by_page.get(one["page_id"], []), key=lambda each: each["intended_at"]),
        )
        for one in newest
    ]


def _seconds(page: Document) -> float | None:
    if page["ended_at"] is None:
        return None
    return (read(page["ended_at"]) - read(page["started_at"])).total_seconds()
