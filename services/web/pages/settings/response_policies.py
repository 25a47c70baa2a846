"""Response policies: what each severity asks for, service by service, and its form."""

import asyncio
from typing import Final

from events.values.severity import Impact, Scope
from services.web.calls import Document, Refused, path_of
from services.web.fields.response_forms import MOST, SEVERITIES, at_fields, policy_in, shown
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.pages.settings.ownership import may_change
from services.web.rendering import Screen
from services.web.visit import Visit
from services.web.words import lasted

ADDRESS: Final = "/settings/response-policies"
POLICY: Final = f"{ADDRESS}/{{service}}"
UNWRITTEN: Final = "0"  # the version of what the practice says
BLANK: Final = 2  # checklist items that can be added at once
WHEN: Final = (
    ("immediate", "at any hour"),
    ("business_hours", "in business hours"),
    ("never", "nobody: a work item"),
)
WHO: Final = (
    ("on_call", "whoever is on call, level by level"),
    ("all_hands", "all hands: everybody at once"),
)
AUTHORITY: Final = (
    ("strict", "binding: what is reserved for the commander is refused to others"),
    ("advisory", "advice: others may, and it is recorded"),
)
SECTIONS: Final = (
    ("detection", "Detection"),
    ("initial_response", "Initial response"),
    ("investigation", "Investigation"),
    ("mitigation_options", "Mitigation options"),
    ("resolution", "Resolution"),
)
DAYS: Final = tuple(
    enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), 1)
)


async def show(visit: Visit) -> Screen:
    """Show whose response policy says what."""
    policies, services = await asyncio.gather(
        visit.calls.get(path_of("response-policies"), **visit.reading),
        visit.calls.get(path_of("services"), **visit.reading),
    )
    defined = {one["service_id"]: one for one in policies["response_policies"]}
    return Screen(
        template="settings/response_policies.html",
        title="Response policies",
        facts={
            "services": [
                {**one, "defined": defined.get(one["service_id"])} for one in services["services"]
            ],
            "summary": summary,
            "who": await visit.who(),
        },
    )


async def edit(visit: Visit) -> Screen:
    """Show the response policy of a service, and its form."""
    service_id, get = visit.named("service"), visit.calls.get
    service, found, policies, people = await asyncio.gather(
        get(path_of("services", service_id), **visit.reading),
        get(path_of("response-policies", service_id), **visit.reading),
        get(path_of("escalation-policies"), **visit.reading),
        get(path_of("responders"), **visit.reading),
    )
    policy: Document = found["policy"]
    blank = [{"section": "detection", "text": "", "mandatory": False}] * BLANK
    ladders = policies["escalation_policies"]
    return Screen(
        template="settings/response_policy.html",
        title=f"Response policy of {service['name']}",
        facts={
            "service": service,
            "found": found,
            "lines": summary(policy),
            "written": shown(policy),
            "items": [*policy["checklist"], *blank][:MOST],
            "severities": [(one, one) for one in SEVERITIES],
            "impacts": [one.value for one in Impact],
            "scopes": [one.value for one in Scope],
            "when": WHEN,
            "whom": WHO,
            "authorities": AUTHORITY,
            "sections": SECTIONS,
            "days": [(str(number), name) for number, name in DAYS],
            "policies": [(one["escalation_policy_id"], one["name"]) for one in ladders],
            "people": [(one["responder_id"], one["name"]) for one in people["responders"]],
            "may_change": await may_change(visit, service["team_id"]),
            "who": await visit.who(),
        },
    )


async def define(visit: Visit, form: Form) -> Answer:
    """Replace what the response policy of a service says."""
    service_id = visit.named("service")
    path = path_of("response-policies", service_id)
    body, seen = policy_in(form), form.text("seen")
    if seen == UNWRITTEN:  # no version that a change could be one of
        await _require_unwritten(visit, service_id, body)
        seen = None
    try:
        receipt = await visit.calls.give("PUT", path, form.command_id, body, seen)
    except Refused as refused:
        raise at_fields(refused) from refused
    return done(visit, receipt, f"{ADDRESS}/{service_id}")


async def _require_unwritten(visit: Visit, service_id: str, body: Document) -> None:
    found = await visit.calls.get(path_of("response-policies", service_id))
    same = all(found["policy"][name] == body[name] for name in ("responses", "matrix", "checklist"))
    if found["number"] and not same:  # the same: it was pressed twice
        title = "Somebody wrote one meanwhile. Both are below."
        raise Refused({"title": title, "status": 412}, None)


def summary(policy: Document) -> list[str]:
    """Return what each severity asks for, a line each."""
    when, whom = dict(WHEN), dict(WHO)
    lines: list[str] = []
    for one in policy["responses"]:
        says = [f"{one['severity']}: pages {when[one['when']]}"]
        if one["when"] != "never":
            says.append(whom[one["who"]])
        for member, words in (
            ("acknowledge_within_seconds", "answered within"),
            ("acknowledgement_lasts_seconds", "an acknowledgement lasts"),
            ("update_every_seconds", "an update every"),
            ("work_item_within_seconds", "its work item is due within"),
        ):
            if one[member]:
                says.append(f"{words} {lasted(one[member])}")
        roles = ", ".join(role["role"] for role in one["mandatory_roles"])
        lines.append("; ".join([*says, *([f"roles to fill: {roles}"] if roles else [])]) + ".")
    return lines


ROUTES = (
    page(ADDRESS, show),
    page(POLICY, edit),
    action(POLICY, define, again=edit),
)
