"""Rule forms: a routing rule as people write it in a form, and as the API takes it. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.web.calls import Document, Refused
from services.web.fields.moments import wrong
from services.web.fields.numbers import number_in
from services.web.forms import Form

MOST: Final = 20  # conditions of a rule
NEGATED: Final = "not "
IN_CONDITION: Final = re.compile(r"\.conditions\.(\d+)\.(\w+)")
NAMES: Final = {"severity_table": "words", "window_seconds": "window", "key": "join_key"}

type Outcome = dict[str, Any]


def shown(rule: Document) -> Document:
    """Return what the fields of a form say of a rule."""
    outcome = rule["outcome"]
    grouping, joining = outcome["grouping"] or {}, outcome["joining"]
    table = outcome["severity_table"] or {"field": "", "words": []}
    window = grouping.get("window_seconds")
    return {
        **outcome,
        "name": rule["name"],
        "expression": rule["expression"],
        "goes_on": "on" if rule["goes_on"] else "",
        "conditions": [
            {
                "field": one["field"],
                "asks": f"{NEGATED if one['negated'] else ''}{one['comparison']}",
                "values": "\n".join(one["values"]),
            }
            for one in rule["conditions"]
        ],
        "word_field": table["field"],
        "words": _lines((one["word"], one["severity"]) for one in table["words"]),
        "together": _together(outcome),
        "group_fields": "\n".join(grouping.get("fields", [])),
        "window": "" if window is None else f"{window / 60:g}",
        "rolling": "last" if grouping.get("rolling") else "",
        "join_key": (joining or {}).get("key", ""),
        "pages": _pages(outcome),
        "business_hours": "wait" if outcome["business_hours"] else "",
        "fields": _lines(
            (name, text) for name, texts in outcome.get("fields", {}).items() for text in texts
        ),
    }


def rule_in(form: Form) -> Document:
    """Return the rule that a form says, as the API takes it.

    Raises: Refused.
    """
    return {
        "name": form.text("name") or "",
        "conditions": _conditions(form),
        "expression": form.text("expression") or "",
        "outcome": _outcome(form),
        "goes_on": form.text("goes_on") == "on",
    }


def at_fields(refused: Refused) -> Refused:
    """Return the refusal of a list of rules with what is wrong at the fields of the form."""
    moved = [{**one, "field": _field(one["field"])} for one in refused.errors]
    return Refused({**refused.problem, "errors": moved}, refused.retry_after)


def _field(path: str) -> str:
    in_condition = IN_CONDITION.search(path)
    if in_condition:
        number, name = in_condition.groups()
        return f"{'asks' if name == 'comparison' else name}-{number}"
    name = path.rpartition(".")[2]
    if name in {"joining", "grouping"}:
        return "together"
    return NAMES.get(name, name)


def _together(outcome: Mapping[str, Any]) -> str:
    if outcome["grouping"]:
        return "fields"
    if outcome["joining"] is None:
        return ""
    return "key" if outcome["joining"]["key"] else "service"


def _pages(outcome: Mapping[str, Any]) -> str:
    if outcome["suppress"]:
        return "suppress"
    return "ticket_only" if outcome["ticket_only"] else ""


def _conditions(form: Form) -> list[Document]:
    conditions: list[Document] = []
    for number in range(MOST):
        name = form.text(f"field-{number}")
        if name is None:
            continue
        asks = form.text(f"asks-{number}") or "equals"
        conditions.append(
            {
                "field": name,
                "comparison": asks.removeprefix(NEGATED),
                "negated": asks.startswith(NEGATED),
                "values": _written(form, f"values-{number}"),
            }
        )
    return conditions


def _outcome(form: Form) -> Outcome:
    pages, together = form.text("pages"), form.text("together")
    outcome: Outcome = {
        "title": form.text("title") or "",
        "severity": form.text("severity"),
        "severity_table": _table(form),
        "service_id": form.text("service_id"),
        "escalation_policy_id": form.text("escalation_policy_id"),
        "incident_type_id": form.text("incident_type_id"),
        "fields": _fields(form),
        "ticket_only": pages == "ticket_only",
        "suppress": pages == "suppress",
        "pause_seconds": number_in(form, "pause_seconds", None),
        "business_hours": form.text("business_hours") == "wait",
    }
    if together == "fields":
        window = number_in(form, "window", None)
        outcome["grouping"] = {
            "fields": _written(form, "group_fields"),
            "window_seconds": None if window is None else window * 60,
            "rolling": form.text("rolling") == "last",
        }
    elif together:
        outcome["joining"] = {"key": form.text("join_key") or "" if together == "key" else ""}
    return outcome


def _table(form: Form) -> Document | None:
    field = form.text("word_field")
    pairs = _pairs(form, "words")
    if field is None and not pairs:
        return None
    words = [{"word": word, "severity": severity} for word, severity in pairs]
    return {"field": field or "", "words": words}


def _fields(form: Form) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, text in _pairs(form, "fields"):
        fields.setdefault(name, []).append(text)
    return fields


def _pairs(form: Form, name: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for line in _written(form, name):
        left, sign, right = line.partition("=")
        if not (left.strip() and sign and right.strip()):
            raise wrong(name, f"Write one a line, with = between: {line} is not.")
        pairs.append((left.strip(), right.strip()))
    return pairs


def _written(form: Form, name: str) -> list[str]:
    return [line.strip() for line in (form.text(name) or "").split("\n") if line.strip()]


def _lines(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{left} = {right}" for left, right in pairs)
