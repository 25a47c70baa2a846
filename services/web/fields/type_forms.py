"""Type forms: an incident type as people write it in a form, and as the API takes it. Pure."""

import re
from typing import Any, Final

from services.web.calls import Document, Refused
from services.web.forms import Form

MOST: Final = 50  # fields of one type
PLACE: Final = re.compile(r"\bfields\.(\d+)\.(\w+)")
NAMES: Final = {"field_id": "id"}


def type_in(form: Form) -> Document:
    """Return the type that a form says; a field without an id is left out."""
    return {"name": form.text("name") or "", "fields": fields_in(form)}


def fields_in(form: Form) -> list[dict[str, Any]]:
    """Return the fields that a form names, in its order."""
    return [
        {
            "field_id": field_id,
            "label": form.text(f"label-{number}") or field_id,
            "kind": form.text(f"kind-{number}") or "text",
            "needed": form.text(f"needed-{number}") or "never",
            "options": [line.strip() for line in _lines(form, number) if line.strip()],
        }
        for number in range(MOST)
        if (field_id := form.text(f"id-{number}"))
    ]


def at_fields(refused: Refused, form: Form) -> Refused:
    """Return the refusal of a type with what is wrong at the fields of the form."""
    shown = [number for number in range(MOST) if form.text(f"id-{number}")]
    moved = [{**one, "field": _field(one["field"], shown)} for one in refused.errors]
    return Refused({**refused.problem, "errors": moved}, refused.retry_after)


def _field(path: str, shown: list[int]) -> str:
    found = PLACE.search(path)
    if found is None or int(found[1]) >= len(shown):
        return path.rpartition(".")[2]
    return f"{NAMES.get(found[2], found[2])}-{shown[int(found[1])]}"


def _lines(form: Form, number: int) -> list[str]:
    return (form.text(f"options-{number}") or "").split("\n")
