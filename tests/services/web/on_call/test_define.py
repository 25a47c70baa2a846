"""The form of a schedule: made, changed and ended; what it does not show stays as it is."""

from typing import Any
from uuid import uuid4

import pytest

from events.configuration.api_key import ApiScope
from services.web.forms import Form
from services.web.pages.on_call.define import layers_in, shown, slots_in
from tests.services.web.conftest import Site

LAYER: dict[str, Any] = {
    "layer_id": "weekly",
    "name": "Weekly",
    "rotation": {
        "slots": [["grace"], ["ada", "ben"]],
        "first_hand_off": "2026-11-23",
        "hand_off_at": "10:00:00",
        "frequency": "weekly",
        "every": 1,
        "rrule": None,
        "turns": "calendar",
    },
    "priority": 3,
    "windows": [{"weekdays": [1, 2], "starts": "08:00:00", "ends": "20:00:00"}],
}
FIRST: dict[str, str] = {"first-0": "2026-11-23", "at-0": "10:00"}
WEEKLY: dict[str, str] = {"frequency-0": "weekly", "every-0": "1"}


def form(**fields: Any) -> Form:
    listed = {name: one if isinstance(one, list) else [one] for name, one in fields.items()}
    return Form(listed, uuid4())


def test_turns_are_lines_and_people_of_one_turn_stand_together() -> None:
    assert slots_in("grace\n\n ada, ben \n") == [["grace"], ["ada", "ben"]]
    assert shown(LAYER)["slots"] == "grace\nada, ben"


def test_what_is_sent_as_it_was_shown_changes_nothing() -> None:
    one = shown(LAYER)
    fields = {"slots-0": one["slots"], "name-0": "Weekly", "weekdays-0": one["weekdays"]}
    times = {"starts-0": one["starts"], "ends-0": one["ends"]}
    assert layers_in(form(**FIRST, **WEEKLY, **fields, **times), [LAYER]) == [LAYER]


def test_a_layer_of_several_windows_keeps_them() -> None:
    several = {**LAYER, "windows": LAYER["windows"] * 2}
    fields = {"slots-0": "grace", "name-0": "Weekly"}
    [layer] = layers_in(form(**FIRST, **WEEKLY, **fields), [several])
    assert layer["windows"] == several["windows"]
    assert layer["priority"] == 3


@pytest.mark.stack
async def test_a_schedule_is_made_changed_and_ended(site: Site) -> None:
    root = await site.browser_of("root", ApiScope.ADMIN)
    await site.register("grace")
    fields = {**FIRST, **WEEKLY, "slots-0": "grace", "name-0": "Weekly"}
    made = await root.send(
        "/new-schedule", command="one", id="checkout", name="Checkout", zone="UTC", **fields
    )
    assert made.status_code == 200, made.text
    shown_form = await root.get(
        f"/on-call/checkout/edit?after_position={await site.api.log.head()}"
    )
    assert "\ngrace</textarea>" in shown_form.text
    fields |= {"slots-0": "grace\nroot"}
    changed = await root.send(
        "/on-call/checkout/edit", command="two", seen="1", name="Pay", zone="UTC", **fields
    )
    assert changed.status_code == 200, changed.text
    wrong = await root.send("/on-call/checkout/edit", name="Pay", zone="Mars", **fields)
    assert wrong.status_code == 422
    assert 'value="Mars"' in wrong.text
    ended = await root.send("/on-call/checkout/end", command="three")
    assert "This schedule ended" in ended.text
