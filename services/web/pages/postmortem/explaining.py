"""Explaining: factors as a tree of whys, each recorded, said anew, or taken back."""

from typing import Any

from services.web.forms import Form
from services.web.page import Answer, action
from services.web.pages.incidents.postmortem import show
from services.web.pages.postmortem.giving import AT, give
from services.web.visit import Visit


async def record(visit: Visit, form: Form) -> Answer:
    """Record what set it off, let it, hid it or slowed us."""
    return await give(visit, form, "POST", ("factors",), _factor(form))


async def change(visit: Visit, form: Form) -> Answer:
    """Say a factor anew, or have it answer another why."""
    return await give(visit, form, "PUT", ("factors", visit.named("number")), _factor(form))


async def retract(visit: Visit, form: Form) -> Answer:
    """Say that a factor was none."""
    return await give(visit, form, "DELETE", ("factors", visit.named("number")), None)


def _factor(form: Form) -> dict[str, Any]:
    because_of = form.text("because_of")
    return {
        "factor_kind": form.text("factor_kind") or "",
        "category": form.text("category") or "",
        "text": form.text("text") or "",
        "because_of": int(because_of) if because_of and because_of.isdecimal() else None,
        "primary": form.ticked("primary"),
        "change_id": form.text("change_id"),
    }


ROUTES = (
    action(f"{AT}/factors", record, again=show),
    action(f"{AT}/factors/{{number}}", change, again=show),
    action(f"{AT}/factors/{{number}}/retraction", retract, again=show),
)
