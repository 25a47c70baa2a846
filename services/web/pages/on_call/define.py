"""Schedule forms: a schedule made, its layers changed, and its end."""

from collections.abc import Sequence
from typing import Any, Final

from services.web.calls import Document, or_none, path_of
from services.web.fields.moments import wrong
from services.web.fields.numbers import number_in
from services.web.forms import Form
from services.web.page import Answer, action, page, warned
from services.web.rendering import Screen
from services.web.rights.leading import leading
from services.web.visit import Visit

BLANK: Final = 1  # layers that can be added at once
MOST: Final = 20  # layers
FREQUENCIES: Final = (
    ("weekly", "weeks"),
    ("daily", "days"),
    ("hourly", "hours"),
    ("monthly", "months"),
)
WEEKDAYS: Final = tuple(
    (str(number), name)
    for number, name in enumerate(
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), start=1
    )
)


async def edit(visit: Visit) -> Screen:
    """Show the form of a schedule."""
    schedule_id = visit.named("schedule")
    schedule = await visit.calls.get(path_of("schedules", schedule_id), **visit.reading)
    return await form_of(
        visit, schedule, f"Edit {schedule['name']}", f"/on-call/{schedule_id}/edit"
    )


async def new(visit: Visit) -> Screen:
    """Show the form of a schedule that is not there yet."""
    blank = {"schedule_id": None, "name": "", "team_id": None, "version": None}
    zone = visit.clock.zone.key
    return await form_of(
        visit, {**blank, "zone": zone, "layers": []}, "New schedule", "/new-schedule"
    )


async def form_of(visit: Visit, schedule: Document, title: str, address: str) -> Screen:
    """Return the form of a schedule."""
    lead = await leading(visit)
    if schedule["schedule_id"] is None:
        lead.require_any()
    else:
        lead.require(schedule["team_id"])
    who = await visit.who()
    today = visit.now.astimezone(visit.clock.zone).date().isoformat()
    layers = [shown(one) for one in schedule["layers"]]
    return Screen(
        template="on_call/define.html",
        title=title,
        facts={
            "schedule": schedule,
            "address": address,
            "layers": [*layers, *([blank_layer(today)] * BLANK)],
            "teams": lead.owner_options(),
            "people": sorted(who.people.items(), key=lambda one: one[1]),
            "frequencies": FREQUENCIES,
            "weekdays": WEEKDAYS,
        },
    )


def shown(layer: Document) -> Document:
    """Return a layer as the form has it."""
    rotation, windows = layer["rotation"], layer["windows"]
    one = windows[0] if len(windows) == 1 else None
    return {
        "name": layer["name"],
        "slots": "\n".join(", ".join(slot) for slot in rotation["slots"]),
        "first": rotation["first_hand_off"],
        "at": rotation["hand_off_at"][:5],
        "frequency": rotation["frequency"],
        "every": rotation["every"],
        "rule": rotation["rrule"],
        "weekdays": [str(number) for number in one["weekdays"]] if one else [],
        "starts": one["starts"][:5] if one else "",
        "ends": one["ends"][:5] if one else "",
        "windows": len(windows),
    }


def blank_layer(today: str) -> Document:
    """Return a layer that is not there yet."""
    empty = {"name": "", "slots": "", "weekdays": [], "starts": "", "ends": "", "windows": 0}
    weekly = {"first": today, "at": "09:00", "frequency": "weekly", "every": 1, "rule": None}
    return {**empty, **weekly}


async def define(visit: Visit, form: Form) -> Answer:
    """Replace what a schedule says from now on; the past stays as it was."""
    schedule_id = visit.named("schedule")
    path = path_of("schedules", schedule_id)
    before = await visit.calls.get(path)
    body = {**body_of(form, before["layers"]), "holidays": before["holidays"]}
    receipt = await visit.calls.give("PUT", path, form.command_id, body, form.text("seen"))
    return await warned(visit, receipt, edit, f"/on-call/{schedule_id}")


async def create(visit: Visit, form: Form) -> Answer:
    """Make a schedule."""
    schedule_id = form.text("id") or ""
    path = path_of("schedules", schedule_id)
    if not schedule_id or await or_none(visit.calls.get(path)):
        raise wrong("id", "Choose a short name that no other schedule has: payments.")
    receipt = await visit.calls.give("PUT", path, form.command_id, body_of(form, []))
    return await warned(visit, receipt, new, f"/on-call/{schedule_id}")


async def end(visit: Visit, form: Form) -> Answer:
    """Have nobody on call in a schedule any more."""
    schedule_id = visit.named("schedule")
    path = path_of("schedules", schedule_id)
    receipt = await visit.calls.give("DELETE", path, form.command_id, seen=form.text("seen"))
    return await warned(visit, receipt, edit, f"/on-call/{schedule_id}")


def body_of(form: Form, before: Sequence[Document]) -> Document:
    """Return the schedule that a form says."""
    return {
        "name": form.text("name") or "",
        "team_id": form.text("team_id"),
        "zone": form.text("zone") or "",
        "layers": layers_in(form, before),
    }


def layers_in(form: Form, before: Sequence[Document]) -> list[dict[str, Any]]:
    """Return the layers that a form names; without a turn there is none.

    What the form does not show of a layer stays as it is.
    Raises: Refused.
    """
    layers: list[dict[str, Any]] = []
    for number in range(MOST):
        slots = slots_in(form.text(f"slots-{number}") or "")
        if not slots:
            continue
        known = before[number] if number < len(before) else None
        fresh = {"layer_id": f"layer-{number + 1}", "rotation": {}, "windows": []}
        layer = {**(known or fresh), "name": form.text(f"name-{number}") or f"Layer {number + 1}"}
        layer["rotation"] = {**layer["rotation"], "slots": slots, **rotation_in(form, number)}
        if len(layer["windows"]) <= 1:
            layer["windows"] = windows_in(form, number)
        layers.append(layer)
    return layers


def slots_in(text: str) -> list[list[str]]:
    """Return the turns: one a line, those of one turn with commas between them."""
    lines = [line.replace(",", " ").split() for line in text.splitlines()]
    return [line for line in lines if line]


def rotation_in(form: Form, number: int) -> dict[str, Any]:
    """Return when turns change."""
    at = form.text(f"at-{number}") or "09:00"
    rotation: dict[str, Any] = {
        "first_hand_off": form.text(f"first-{number}"),
        "hand_off_at": at if at.count(":") > 1 else f"{at}:00",
    }
    if frequency := form.text(f"frequency-{number}"):  # a rule of its own is not asked here
        rotation |= {
            "frequency": frequency,
            "every": number_in(form, f"every-{number}", 1),
            "rrule": None,
        }
    return rotation


def windows_in(form: Form, number: int) -> list[dict[str, Any]]:
    """Return the part of the week in which a layer counts, none for always."""
    weekdays = [int(one) for one in form.listed(f"weekdays-{number}") if one.isdecimal()]
    starts, ends = form.text(f"starts-{number}"), form.text(f"ends-{number}")
    if not weekdays and not starts and not ends:
        return []
    return [
        {
            "weekdays": weekdays or list(range(1, 8)),
            "starts": f"{(starts or '00:00')[:5]}:00",
            "ends": f"{(ends or '00:00')[:5]}:00",
        }
    ]


ROUTES = (
    page("/new-schedule", new),
    action("/new-schedule", create, again=new),
    page("/on-call/{schedule}/edit", edit),
    action("/on-call/{schedule}/edit", define, again=edit),
    action("/on-call/{schedule}/end", end, again=edit),
)
