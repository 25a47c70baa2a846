"""Policy forms: a policy made, and its levels, conditions and rounds changed."""

from collections.abc import Sequence
from typing import Any, Final

from services.web.calls import Document, or_none, path_of
from services.web.fields.moments import wrong
from services.web.fields.numbers import number_in, seconds_in
from services.web.fields.targets import known, targets_in, value_of
from services.web.forms import Form
from services.web.page import Answer, action, page, warned
from services.web.pages.policies.ladder import condition_words
from services.web.pages.policies.policy import SEVERITIES
from services.web.rendering import Screen
from services.web.rights.leading import leading
from services.web.visit import Visit

BLANK: Final = 2  # levels that can be added at once
MOST: Final = 30  # levels that a form is read for
EMPTY: Final[Document] = {"name": "", "levels": [], "repeats": 0, "on_exhausted": []}


async def edit(visit: Visit) -> Screen:
    """Show the form of a policy."""
    policy_id = visit.named("policy")
    policy = await visit.calls.get(path_of("escalation-policies", policy_id), **visit.reading)
    return await form_of(visit, policy, f"Edit {policy['name']}", f"/policies/{policy_id}/edit")


async def new(visit: Visit) -> Screen:
    """Show the form of a policy that is not there yet."""
    blank = {**EMPTY, "escalation_policy_id": None, "team_id": None, "hand_over_to": None}
    return await form_of(visit, {**blank, "version": None}, "New policy", "/new-policy")


async def form_of(visit: Visit, policy: Document, title: str, address: str) -> Screen:
    """Return the form of a policy."""
    lead = await leading(visit)
    if policy["escalation_policy_id"] is None:
        lead.require_any()
    else:
        lead.require(policy["team_id"])
    names = await known(visit)
    policies = await visit.calls.get(path_of("escalation-policies"), **visit.reading)
    levels = [
        {
            "targets": [value_of(one) for one in level["targets"]],
            "minutes": f"{level['escalation_timeout_seconds'] / 60:g}",
            "assign": level["assign"],
            "acknowledge": level["acknowledge"],
            "severities": (level["when"] or {}).get("severities", []),
            "kept": condition_words(without_severities(level["when"])),
        }
        for level in policy["levels"]
    ]
    empty = {"targets": [], "minutes": "5", "assign": "everybody", "acknowledge": "one"}
    blank = [{**empty, "severities": [], "kept": ""}] * (BLANK if levels else BLANK + 1)
    return Screen(
        template="policies/edit.html",
        title=title,
        facts={
            "policy": policy,
            "address": address,
            "levels": [*levels, *blank],
            "exhausted": [value_of(one) for one in policy["on_exhausted"]],
            "targets": names.options(),
            "teams": lead.owner_options(),
            "policies": [
                (one["escalation_policy_id"], one["name"])
                for one in policies["escalation_policies"]
                if one["escalation_policy_id"] != policy["escalation_policy_id"]
            ],
            "severities": SEVERITIES,
        },
    )


async def define(visit: Visit, form: Form) -> Answer:
    """Replace what a policy says."""
    policy_id = visit.named("policy")
    before = await visit.calls.get(path_of("escalation-policies", policy_id))
    body = body_of(form, before["levels"])
    path = path_of("escalation-policies", policy_id)
    receipt = await visit.calls.give("PUT", path, form.command_id, body, form.text("seen"))
    return await warned(visit, receipt, edit, f"/policies/{policy_id}")


async def create(visit: Visit, form: Form) -> Answer:
    """Make a policy."""
    policy_id = form.text("id") or ""
    path = path_of("escalation-policies", policy_id)
    if not policy_id or await or_none(visit.calls.get(path)):
        raise wrong("id", "Choose a short name that no other policy has: payments.")
    receipt = await visit.calls.give("PUT", path, form.command_id, body_of(form, []))
    return await warned(visit, receipt, new, f"/policies/{policy_id}")


def body_of(form: Form, before: Sequence[Document]) -> Document:
    """Return the policy that a form says."""
    return {
        "name": form.text("name") or "",
        "levels": levels_in(form, before),
        "repeats": number_in(form, "repeats", 0),
        "hand_over_to": form.text("hand_over_to"),
        "on_exhausted": targets_in(form.listed("on_exhausted")),
        "team_id": form.text("team_id"),
    }


def levels_in(form: Form, before: Sequence[Document]) -> list[dict[str, Any]]:
    """Return the levels that a form names, in its order; without a target there is none.

    What the form does not show of a condition stays as it is.
    Raises: Refused.
    """
    levels: list[dict[str, Any]] = []
    for number in range(MOST):
        targets = targets_in(form.listed(f"targets-{number}"))
        if not targets:
            continue
        when = before[number]["when"] if number < len(before) else None
        levels.append(
            {
                "targets": targets,
                "escalation_timeout_seconds": seconds_in(form, f"minutes-{number}"),
                "assign": form.text(f"assign-{number}") or "everybody",
                "acknowledge": form.text(f"acknowledge-{number}") or "one",
                "when": with_severities(when, form.listed(f"severities-{number}")),
            }
        )
    return levels


def with_severities(when: Document | None, severities: list[str]) -> Document | None:
    """Return a condition for these severities."""
    if when is None and not severities:
        return None
    return {**(when or {}), "severities": severities}


def without_severities(when: Document | None) -> Document | None:
    """Return what a condition says beside the severities, None if that is nothing."""
    if when is None or not (when["hours"] or when["service_ids"]):
        return None
    return {**when, "severities": []}


ROUTES = (
    page("/new-policy", new),
    action("/new-policy", create, again=new),
    page("/policies/{policy}/edit", edit),
    action("/policies/{policy}/edit", define, again=edit),
)
