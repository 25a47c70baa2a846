"""Alert words: why an alert is where it is, rule by rule."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.web.calls import Document

REASONS: Final = {
    "suppressed": "Kept and shown, opens no incident",
    "pause": "Has to fire a while longer",
    "business_hours": "Waits for business hours",
    "maintenance": "Held back by maintenance",
}
OUTCOMES: Final = {
    "waiting": "waits for its turn",
    "opened": "opened an incident",
    "joined": "joined an open incident",
    "unchanged": "changed nothing",
    "stored": "was stored",
    "refused": "was refused",
    "unreadable": "could not be read",
    "put_off": "was put off: its sender was asked to send it again",
    "failed": "failed here",
}
BAD: Final = frozenset({"refused", "unreadable", "put_off", "failed"})
ENDINGS: Final = {
    "reported": "its monitor says it is over",
    "expired": "its monitor stopped repeating it",
    "auto_resolved": "nothing was heard of it for long",
}
NEGATED: Final = {
    "equals": "is not",
    "in": "is none of",
    "contains": "does not contain",
    "matches": "does not match",
    "present": "is missing",
}
ASKED: Final = {
    "equals": "is",
    "in": "is one of",
    "contains": "contains",
    "matches": "matches",
    "present": "is there",
}


def condition_words(condition: Document) -> str:
    """Return what a condition asks."""
    comparison = condition["comparison"]
    asks = (NEGATED if condition["negated"] else ASKED)[comparison]
    values = " or ".join(condition["values"])
    return f"{condition['field']} {asks} {values}".rstrip()


def outcome_words(outcome: Mapping[str, Any]) -> list[str]:
    """Return what a rule makes of an alert."""
    words: list[str] = []
    for name, says in (
        ("title", "title: {}"),
        ("severity", "severity {}"),
        ("service_id", "to service {}"),
        ("escalation_policy_id", "paged by {}"),
        ("incident_type_id", "incident of type {}"),
    ):
        if outcome[name]:
            words.append(says.format(outcome[name]))
    if table := outcome["severity_table"]:
        pairs = ", ".join(f"{one['word']} is {one['severity']}" for one in table["words"])
        words.append(f"severity by {table['field']}: {pairs}")
    return [*words, *_gathering(outcome), *_holding(outcome)]


def _gathering(outcome: Mapping[str, Any]) -> list[str]:
    words: list[str] = []
    if grouping := outcome["grouping"]:
        by = ", ".join(grouping["fields"]) or "nothing: all in one"
        words.append(f"grouped by {by}")
    if (joining := outcome["joining"]) is not None:
        words.append(f"joins the open incident of {joining['key'] or 'its service'}")
    return words


def _holding(outcome: Mapping[str, Any]) -> list[str]:
    words: list[str] = []
    if outcome["ticket_only"]:
        words.append("a work item, pages nobody")
    if outcome["pause_seconds"]:
        words.append(f"has to fire for {outcome['pause_seconds']} s")
    if outcome["business_hours"]:
        words.append("waits for business hours")
    if outcome["suppress"]:
        words.append("opens no incident")
    return words


def grouped(alerts: Sequence[Document]) -> list[dict[str, Any]]:
    """Return alerts by the incident that they went to, those held back for themselves."""
    groups: dict[str | None, dict[str, Any]] = {}
    for alert in alerts:
        key = alert["incident_id"]
        group = groups.setdefault(key, {"reference": alert["reference"], "alerts": []})
        group["held"] = key is None
        group["alerts"].append(alert)
    return list(groups.values())
