"""Upcasters: pure steps that lift a stored event from one version to the next."""

from collections.abc import Callable, Mapping
from typing import Any, Final

type Upcaster = Callable[[dict[str, Any]], dict[str, Any]]  # stored fields to lifted ones


def _sent_at_once(old: dict[str, Any]) -> dict[str, Any]:
    """Lift deliveries from before messages could wait for their time."""
    at_once = [{**one, "not_before": None, "repeat": 0} for one in old["deliveries"]]
    return {**old, "deliveries": at_once}


def _with_targets(level: dict[str, Any]) -> dict[str, Any]:
    """Return a level that named people as one that names targets."""
    others = {name: value for name, value in level.items() if name != "responder_ids"}
    return {**others, "targets": [{"responder_id": one} for one in level["responder_ids"]]}


def _policy_with_targets(old: dict[str, Any]) -> dict[str, Any]:
    return {**old, "levels": [_with_targets(level) for level in old["levels"]]}


def _plan_with_parts(old: dict[str, Any]) -> dict[str, Any]:
    policy = old["plan"]["escalation_policy_id"]
    levels = [
        {
            "escalation_timeout": level["escalation_timeout"],
            "parts": [
                {
                    "targets": _with_targets(level)["targets"],
                    "escalation_policy_id": policy,
                    "level": number,
                }
            ],
        }
        for number, level in enumerate(old["plan"]["levels"], 1)
    ]
    return {**old, "plan": {**old["plan"], "levels": levels}}


def _lasting(responses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lift what severities ask for from before an acknowledgement could lapse."""
    return [{**one, "acknowledgement_lasts": None} for one in responses]


def _policy_lasting(old: dict[str, Any]) -> dict[str, Any]:
    policy = old["policy"]
    return {**old, "policy": {**policy, "responses": _lasting(policy["responses"])}}


def _declared_lasting(old: dict[str, Any]) -> dict[str, Any]:
    captured = old.get("policy")
    return old if captured is None else {**old, "policy": _policy_lasting(captured)}


def _every_method_at_once(old: dict[str, Any]) -> dict[str, Any]:
    """Lift a responder from before there were notification rules and quiet hours."""
    return {**old, "notification_rules": {"high": [], "low": []}, "quiet_hours": None}


def _people_of_its_messages(old: dict[str, Any]) -> dict[str, Any]:
    """Lift a level from before targets: whoever was sent a message was named by the policy."""
    named = dict.fromkeys(one["responder_id"] for one in old["deliveries"])
    people = [{"responder_id": one, "target": {"responder_id": one}} for one in named]
    return {**old, "people": people}


# By wire name and the version to lift from: docs/how-to/change-an-event.md
UPCASTERS: Final[Mapping[tuple[str, int], Upcaster]] = {
    ("alert.resolved", 1): lambda old: old,  # its sender reported every end
    ("announcement.planned", 1): _sent_at_once,
    ("api_key.created", 1): lambda old: old,  # no key was a directory's
    ("feed.issued", 1): lambda old: {**old, "meetings": False},  # each was of turns
    ("incident.declared", 1): _declared_lasting,
    ("delivery.sent", 1): lambda old: old,  # each went by itself
    ("incident.page_requested", 1): lambda old: old,  # every page began at the first level
    ("incident.snoozed", 1): lambda old: old,
    ("page.level_empty", 1): lambda old: old,  # nobody was told
    ("page.level_reached", 1): _sent_at_once,
    ("page.level_reached", 2): _people_of_its_messages,
    ("reminder.given", 1): lambda old: old,  # nobody was asked to read
    ("routing_rules.defined", 1): lambda old: old,  # no outcome waited, made tickets or joined
    ("escalation.exhausted", 1): lambda old: old,  # nobody was told
    ("escalation_policy.defined", 1): _policy_with_targets,
    ("postmortem.published", 1): lambda old: old,  # none was for members alone, or for customers
    ("page.started", 1): _plan_with_parts,
    ("responder.registered", 1): lambda old: old,  # every responder was a person
    ("status_update.published", 1): lambda old: old,  # none said what it corrects
    ("alert.triggered", 1): lambda old: {**old, "applied": []},  # there were no routing rules
    ("alert.triggered", 2): lambda old: {**old, "hold": None},  # nothing was held back
    ("team.defined", 1): lambda old: {**old, "members_may_override": True},  # everybody did
    ("team.defined", 2): lambda old: {**old, "zone": None},  # no team had one
    ("report.issued", 1): lambda old: {**old, "shape": 1},  # the first there was
    ("service.defined", 1): lambda old: {**old, "team_id": None},  # no team owned anything
    ("response_policy.defined", 1): _policy_lasting,
    ("responder.registered", 2): _every_method_at_once,
}
