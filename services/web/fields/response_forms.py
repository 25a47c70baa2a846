"""Response forms: a response policy as people write it in a form, and as the API takes it. Pure."""

import re
from collections.abc import Iterator
from typing import Any, Final

from events.values.severity import Impact, Scope, Severity
from services.web.calls import Document, Refused
from services.web.fields.moments import wrong
from services.web.fields.numbers import seconds_in
from services.web.forms import Form

MOST: Final = 100  # checklist items
LINE: Final = re.compile(r"(\S+)\s*=\s*(\d{1,5}(?:\.\d{1,4})?)", re.ASCII)
PLACE: Final = re.compile(r"(responses|checklist|mandatory_roles)\.(\d+)")
IN_MINUTES: Final = {
    "acknowledge_within_seconds": "answer",
    "acknowledgement_lasts_seconds": "lasts",
    "update_every_seconds": "update",
    "work_item_within_seconds": "due",
}
SEVERITIES: Final = tuple(one.value for one in Severity)


def shown(policy: Document) -> Document:
    """Return what the fields of a form say of a policy."""
    fields: Document = {
        "authority": policy["authority"],
        "commander_on_call": policy["commander_on_call"] or "",
        "everybody": policy["everybody"],
        "work_item_owner": policy["work_item_owner"] or "",
        "zone": policy["calendar"]["zone"],
        "weekdays": [str(day) for day in policy["calendar"]["weekdays"]],
        "opens": policy["calendar"]["opens"][:5],
        "closes": policy["calendar"]["closes"][:5],
        "holidays": "\n".join(policy["calendar"]["holidays"]),
    }
    for one in policy["responses"]:
        severity = one["severity"]
        fields |= {f"when-{severity}": one["when"], f"who-{severity}": one["who"]}
        fields[f"roles-{severity}"] = "\n".join(
            f"{role['role']} = {role['within_seconds'] / 60:g}" for role in one["mandatory_roles"]
        )
        for member, name in IN_MINUTES.items():
            fields[f"{name}-{severity}"] = f"{one[member] / 60:g}" if one[member] else ""
    for cell in policy["matrix"]:
        fields[f"cell-{cell['impact']}-{cell['scope']}"] = cell["severity"]
    return fields


def policy_in(form: Form) -> Document:
    """Return the policy that a form says, as the API takes it.

    Raises: Refused.
    """
    return {
        "responses": [_response(form, severity) for severity in SEVERITIES],
        "matrix": [
            {
                "impact": impact.value,
                "scope": scope.value,
                "severity": form.text(f"cell-{impact}-{scope}") or "SEV2",
            }
            for impact in Impact
            for scope in Scope
        ],
        "calendar": {
            "zone": form.text("zone") or "UTC",
            "weekdays": [int(day) for day in form.listed("weekdays") if day.isdecimal()],
            "opens": form.text("opens") or "",
            "closes": form.text("closes") or "",
            "holidays": list(_lines(form, "holidays")),
        },
        "authority": form.text("authority") or "strict",
        "commander_on_call": form.text("commander_on_call"),
        "everybody": form.listed("everybody"),
        "work_item_owner": form.text("work_item_owner"),
        "checklist": [
            {
                "section": form.text(f"section-{number}") or "detection",
                "text": text,
                "mandatory": form.text(f"must-{number}") == "yes",
            }
            for number in range(MOST)
            if (text := form.text(f"item-{number}"))
        ],
    }


def at_fields(refused: Refused) -> Refused:
    """Return the refusal of a policy with what is wrong at the fields of the form."""
    moved = [{**one, "field": _field(one["field"])} for one in refused.errors]
    return Refused({**refused.problem, "errors": moved}, refused.retry_after)


def _field(path: str) -> str:
    name = path.rpartition(".")[2]
    places = dict(PLACE.findall(path))
    if "responses" in places:
        severity = dict(enumerate(SEVERITIES)).get(int(places["responses"]), "")
        plain = "roles" if "mandatory_roles" in path else IN_MINUTES.get(name, name)
        return f"{plain}-{severity}"
    if "checklist" in places:
        return f"item-{places['checklist']}"
    return next((one for one in ("weekdays", "holidays", "everybody") if f".{one}" in path), name)


def _response(form: Form, severity: str) -> dict[str, Any]:
    response: dict[str, Any] = {
        "severity": severity,
        "when": form.text(f"when-{severity}") or "immediate",
        "who": form.text(f"who-{severity}") or "on_call",
        "mandatory_roles": [_role(severity, line) for line in _lines(form, f"roles-{severity}")],
    }
    for member, name in IN_MINUTES.items():
        field = f"{name}-{severity}"
        response[member] = seconds_in(form, field) if form.text(field) else None
    return response


def _role(severity: str, line: str) -> dict[str, Any]:
    found = LINE.fullmatch(line)
    if found is None:
        raise wrong(f"roles-{severity}", f"Write a role a line, with its minutes: {line} is not.")
    return {"role": found[1], "within_seconds": round(float(found[2]) * 60)}


def _lines(form: Form, name: str) -> Iterator[str]:
    return (line.strip() for line in (form.text(name) or "").split("\n") if line.strip())
