"""Arrival: one message as it came, what it became, and what today's rules would make of it."""

from dataclasses import replace
from typing import Any

from services.web.calls import Document, path_of
from services.web.forms import Form
from services.web.page import Answer, action, page
from services.web.pages.alerts.words import BAD, OUTCOMES, REASONS
from services.web.rendering import Screen
from services.web.rights.leading import leading
from services.web.visit import Visit

ARRIVAL = "/alerts/arrivals/{arrival}"


async def show(visit: Visit) -> Screen:
    """Show a message."""
    arrival = await visit.calls.get(path_of("arrivals", visit.named("arrival")))
    return Screen(
        template="alerts/arrival.html",
        title="Message",
        facts={
            "arrival": arrival,
            "trial": None,
            "replayed": None,
            "outcomes": OUTCOMES,
            "reasons": REASONS,
            "bad": BAD,
            "may_replay": await may_replay(visit, arrival["integration_id"]),
        },
    )


async def may_replay(visit: Visit, integration_id: str) -> bool:
    """Say whether the visitor manages the service that the message is about."""
    lead = await leading(visit)
    if lead.unbound or not lead.may_begin:
        return lead.unbound
    integration = await visit.calls.get(path_of("integrations", integration_id))
    service = await visit.calls.get(path_of("services", integration["service_id"]))
    return lead.may_change(service["team_id"])


async def try_rules(visit: Visit, _: Form) -> Answer:
    """Say rule by rule what would become of the message now; nothing is stored."""
    body = {"arrival_id": visit.named("arrival")}
    trial = await visit.calls.ask(path_of("routing-rules", "test"), body)
    return with_facts(await show(visit), trial=trial)


async def replay(visit: Visit, form: Form) -> Answer:
    """Take the message in anew, as if it came now; it may page somebody."""
    path = path_of("arrivals", visit.named("arrival"), "replay")
    answer = await visit.calls.give("POST", path, form.command_id, {"for_real": True})
    return with_facts(await show(visit), replayed=answer)


def with_facts(screen: Screen, **facts: Document) -> Screen:
    """Return the screen with what an action found."""
    known: dict[str, Any] = {**screen.facts, **facts}
    return replace(screen, facts=known)


ROUTES = (
    page(ARRIVAL, show),
    action(f"{ARRIVAL}/trial", try_rules, again=show),
    action(f"{ARRIVAL}/replay", replay, again=show),
)
