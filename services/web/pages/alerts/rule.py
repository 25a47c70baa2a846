"""Routing rule: its form, and what it would have made of the alerts of late before it is saved."""

import asyncio
from datetime import timedelta
from typing import Final

from events.values.severity import Severity
from services.web.calls import Document, Refused, path_of
from services.web.fields.moments import wrong
from services.web.fields.rule_forms import MOST, NEGATED, at_fields, rule_in, shown
from services.web.forms import Form
from services.web.page import Answer, action, page
from services.web.pages.alerts.rule_list import (
    LIST,
    RuleList,
    as_written,
    list_of,
    place_of,
    stored,
    with_facts,
)
from services.web.pages.alerts.rules import in_words
from services.web.pages.alerts.words import ASKED
from services.web.pages.alerts.words import NEGATED as DENIED
from services.web.rendering import Screen
from services.web.visit import Visit

BLANK: Final = 2  # conditions of a new rule; to others one can be added at once
NEW: Final = f"{LIST}/new"
RULE: Final = f"{LIST}/{{place}}"
SPANS: Final = (("1", "the last day"), ("7", "the last week"), ("30", "the last 30 days"))
NOTHING: Final[Document] = {
    "name": "",
    "conditions": [],
    "expression": "",
    "goes_on": False,
    "outcome": {
        "title": "",
        "severity": None,
        "severity_table": None,
        "service_id": None,
        "escalation_policy_id": None,
        "grouping": None,
        "joining": None,
        "incident_type_id": None,
        "fields": {},
        "ticket_only": False,
        "pause_seconds": None,
        "business_hours": False,
        "suppress": False,
    },
}
ASKS: Final = [
    *((name, words) for name, words in ASKED.items()),
    *((f"{NEGATED}{name}", words) for name, words in DENIED.items()),
]
FIELDS: Final = ("title", "severity", "service", "source", "labels.env", "labels.host")


async def show(visit: Visit) -> Screen:
    """Show the form of a rule."""
    found, number = await list_of(visit), _number(visit)
    if number is not None and number >= len(found.rules):
        raise _gone(found)
    rule = NOTHING if number is None else found.rules[number]
    get = visit.calls.get
    services, policies, types = await asyncio.gather(
        get(path_of("services")),
        get(path_of("escalation-policies")),
        get(path_of("incident-types")),
    )
    written = shown(rule)
    blank = {"field": "", "asks": "equals", "values": ""}
    here = f"{found.address}/{'new' if number is None else number}"
    return Screen(
        template="alerts/rule.html",
        title=f"Rule {rule['name']}" if number is not None else "New rule",
        facts={
            "list": found,
            "here": here,
            "rule": written,
            "now": in_words({"rules": [rule]})["rules"][0] if number is not None else None,
            "conditions": [*written["conditions"], *([blank] * (BLANK if number is None else 1))][
                :MOST
            ],
            "asks": ASKS,
            "fields_known": FIELDS,
            "severities": [(one.value, one.value) for one in Severity],
            "services": _options(services["services"], "service_id"),
            "policies": _options(policies["escalation_policies"], "escalation_policy_id"),
            "types": _options(types["incident_types"], "incident_type_id"),
            "spans": SPANS,
            "trial": None,
        },
    )


async def save(visit: Visit, form: Form) -> Answer:
    """Put the rule into its list."""
    found = await list_of(visit)
    rules = as_written(found.rules, _number(visit), rule_in(form))
    try:
        return await stored(visit, form, found, rules)
    except Refused as refused:
        raise at_fields(refused) from refused


async def try_it(visit: Visit, form: Form) -> Answer:
    """Say what the rule would have made of the messages that came of late; nothing is stored."""
    found = await list_of(visit)
    rules = as_written(found.rules, _number(visit), rule_in(form))
    days = int(form.text("span") or 1) if (form.text("span") or "1").isdecimal() else 1
    draft = {"draft": {"routing_rules_id": found.rules_id, "rules": rules}}
    since = (visit.now - timedelta(days=min(days, 30))).isoformat()
    path = path_of("routing-rules", "backtest")
    try:
        lines = await visit.calls.ask_lines(path, draft, since=since)
    except Refused as refused:
        raise at_fields(refused) from refused
    result = next((one["result"] for one in lines if "result" in one), None)
    if result is None:
        raise wrong("span", "The trial broke off. Try a shorter time.")
    return with_facts(await show(visit), trial=result, form=form)


def _number(visit: Visit) -> int | None:
    return place_of(visit) if "place" in visit.request.path_params else None


def _options(found: list[Document], key: str) -> list[tuple[str, str]]:
    return [(one[key], one["name"]) for one in found]


def _gone(found: RuleList) -> Refused:
    title = f"The list of {found.name} has {len(found.rules)} rules by now. Open it again."
    return Refused({"title": title, "status": 404}, None)


ROUTES = (
    page(NEW, show),
    action(NEW, save, again=show),
    action(f"{NEW}/trial", try_it, again=show),
    page(RULE, show),
    action(RULE, save, again=show),
    action(f"{RULE}/trial", try_it, again=show),
)
