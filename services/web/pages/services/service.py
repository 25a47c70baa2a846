"""Service: whose it is, who is paged for it, and how it is and was."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from services.web.calls import Document, or_none, path_of
from services.web.page import page
from services.web.rendering import Screen
from services.web.rights.leading import leading_of
from services.web.visit import Visit

OPEN: Final = ["declared", "acknowledged", "mitigated"]
OVER: Final = ["resolved", "closed", "declined", "merged"]
SHOWN: Final = 10  # past incidents, and changes
QUARTER: Final = timedelta(days=90)
HOLDING: Final = frozenset({"running", "upcoming"})
WHEN: Final = {
    "immediate": "at any hour",
    "business_hours": "in business hours",
    "never": "nobody is paged",
}
WHO: Final = {"all_hands": "everybody", "on_call": "whoever is on call"}


async def show(visit: Visit) -> Screen:
    """Show one service."""
    service_id = visit.named("service")
    service = await visit.calls.get(path_of("services", service_id), **visit.reading)
    asked = service_reads(visit, service)
    answers = dict(zip(asked, await asyncio.gather(*asked.values()), strict=True))
    incidents = (answers["open"], answers["past"])
    policies = answers["policies"]["escalation_policies"]
    return Screen(
        template="services/service.html",
        title=service["name"],
        facts={
            "service": service,
            "policy": by_id(policies, "escalation_policy_id", service["escalation_policy_id"]),
            "team": by_id(answers["teams"]["teams"], "team_id", service["team_id"]),
            "response": answers["response"] and answers["response"]["policy"],
            "open": answers["open"]["incidents"],
            "past": answers["past"]["incidents"],
            "changes": answers["changes"]["changes"],
            "noise": noise_of(answers["noise"], service_id),
            "integrations": await health_of(visit, answers, service_id),
            "windows": holding(answers["windows"]["maintenance_windows"]),
            "first_paged": first_paged(answers["dry_run"]),
            "when": WHEN,
            "whom": WHO,
            "who": await visit.who(*incidents),
            "may_define": not visit.as_of
            and leading_of(visit, answers["teams"]["teams"]).may_change(service["team_id"]),
        },
    )


def service_reads(visit: Visit, service: Document) -> dict[str, Any]:
    """Return what is asked of the API about a service, not yet awaited."""
    service_id, policy_id = service["service_id"], service["escalation_policy_id"]
    reading, get = visit.reading, visit.calls.get
    since = (visit.now - QUARTER).isoformat()
    tried = visit.as_of is None and policy_id is not None
    dry_run = path_of("escalation-policies", policy_id or "", "dry-run")
    of = {"service_id": service_id}
    return {
        "policies": get(path_of("escalation-policies"), **reading),
        "teams": get(path_of("teams"), **reading),
        "response": or_none(get(path_of("response-policies", service_id), **reading)),
        "open": get(path_of("incidents"), status=OPEN, limit=100, **of, **reading),
        "past": get(path_of("incidents"), status=OVER, limit=SHOWN, **of, **reading),
        "changes": get(path_of("changes"), limit=SHOWN, **of, **reading),
        "noise": or_none(get(path_of("metrics", "noise"), by="service", since=since, limit=200)),
        "integrations": get(path_of("integrations"), **reading),
        "heartbeats": get(path_of("heartbeats"), **reading),
        "windows": get(path_of("maintenance-windows"), **of, **reading),
        "dry_run": or_none(get(dry_run, at=visit.now.isoformat(), **of)) if tried else nothing(),
    }


async def nothing() -> None:
    """Return what is not asked."""


async def health_of(visit: Visit, answers: dict[str, Any], service_id: str) -> list[Document]:
    """Return the integrations of a service with what each received last, and its heartbeats."""
    own = [
        one
        for one in answers["integrations"]["integrations"]
        if one["service_id"] == service_id and not one["revoked_at"]
    ]
    last = await asyncio.gather(*(last_arrival(visit, one["integration_id"]) for one in own))
    beats = answers["heartbeats"]["heartbeats"]
    return [
        {
            **one,
            "last": arrival,
            "heartbeats": [
                beat
                for beat in beats
                if beat["integration_id"] == one["integration_id"] and not beat["ended_at"]
            ],
        }
        for one, arrival in zip(own, last, strict=True)
    ]


async def last_arrival(visit: Visit, integration_id: str) -> Document | None:
    """Return what an integration received last, None for nothing, and in the past."""
    if visit.as_of:
        return None
    path = path_of("integrations", integration_id, "arrivals")
    found = await or_none(visit.calls.get(path, limit=1))
    return found["arrivals"][0] if found and found["arrivals"] else None


def by_id(rows: Sequence[Document], id_name: str, wanted: str | None) -> Document | None:
    """Return the row of an id."""
    return next((one for one in rows if one[id_name] == wanted), None)


def holding(windows: Sequence[Document]) -> list[Document]:
    """Return the maintenance windows that are not over, those that run first."""
    kept = [one for one in windows if one["state"] in HOLDING]
    return sorted(kept, key=lambda one: (one["state"] != "running", one["next_starts_at"] or ""))


def noise_of(answer: Document | None, service_id: str) -> Document | None:
    """Return the noise of one service."""
    rows: list[Document] = answer["noise"] if answer else []
    return by_id(rows, "key", service_id)


def first_paged(answer: Document | None) -> list[str]:
    """Return who would be paged first now."""
    if answer is None:
        return []
    levels = answer["moments"][0]["levels"]
    return next(
        (
            [person["responder_id"] for person in level["people"]]
            for level in levels
            if level["people"]
        ),
        [],
    )


ROUTES = (page("/services/{service}", show),)
