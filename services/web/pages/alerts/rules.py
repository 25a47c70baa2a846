"""Routing rules: every list in its order, in words."""

import asyncio

from services.web.calls import Document, path_of
from services.web.page import page
from services.web.pages.alerts.overview import names_of
from services.web.pages.alerts.words import condition_words, outcome_words
from services.web.rendering import Screen
from services.web.visit import Visit


async def show(visit: Visit) -> Screen:
    """Show the routing rules."""
    lists, integrations, teams = await asyncio.gather(
        visit.calls.get(path_of("routing-rules"), **visit.reading),
        visit.calls.get(path_of("integrations"), **visit.reading),
        visit.calls.get(path_of("teams"), **visit.reading),
    )
    senders = names_of(integrations["integrations"])
    names = {f"integration.{key}": name for key, name in senders.items()}
    names |= {f"team.{one['team_id']}": f"Team {one['name']}" for one in teams["teams"]}
    names["organisation"] = "Everybody's"
    written = {one["routing_rules_id"] for one in lists["routing_rules"]}
    gone = {one["integration_id"] for one in integrations["integrations"] if one["revoked_at"]}
    without = [
        (one, name)
        for one, name in names.items()
        if one not in written and one.removeprefix("integration.") not in gone
    ]
    return Screen(
        template="alerts/rules.html",
        title="Routing rules",
        facts={
            "lists": [in_words(one) for one in lists["routing_rules"]],
            "names": names,
            "without": [] if visit.as_of else without,
            "who": await visit.who(),
        },
    )


def in_words(one: Document) -> Document:
    """Return a list whose rules say what they ask and what they do."""
    rules = [
        {
            **rule,
            "asks": [condition_words(condition) for condition in rule["conditions"]],
            "does": outcome_words(rule["outcome"]),
        }
        for rule in one["rules"]
    ]
    return {**one, "rules": rules}


ROUTES = (page("/alerts/rules", show),)
