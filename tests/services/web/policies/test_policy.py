"""The page of an escalation policy: its ladder, who would be paged, and how it is changed."""

from typing import Any
from uuid import uuid4

import pytest

from events.configuration.api_key import ApiScope
from services.web.fields.targets import Known, targets_in, value_of
from services.web.forms import Form
from services.web.pages.policies.edit import levels_in
from services.web.pages.policies.ladder import condition_words, ladder_of
from tests.services.web.conftest import Browser, Site

NAMES = Known(
    schedules={"checkout": "Checkout"}, people={"ada": "Ada"}, teams={"payments": "Payments"}
)
HOURS: dict[str, Any] = {
    "severities": ["SEV1"],
    "hours": "outside",
    "calendar": {"zone": "Europe/Berlin", "opens": "09:00:00", "closes": "17:00:00"},
    "service_ids": [],
}


def level(seconds: int, *values: str, **more: Any) -> dict[str, Any]:
    usual = {"assign": "everybody", "acknowledge": "one", "when": None}
    return {
        "targets": targets_in(values),
        "escalation_timeout_seconds": seconds,
        **usual,
        **more,
    }


def form(**fields: list[str]) -> Form:
    named = {name.replace("_", "-", 1): values for name, values in fields.items()}
    return Form(named, uuid4())


def test_each_level_says_after_how_long_it_is_reached_and_whom_it_pages() -> None:
    policy = {
        "levels": [level(300, "schedule:checkout"), level(600, "person:ada", "next:checkout")]
    }
    first, second = ladder_of(policy, NAMES)
    assert (first.after, first.targets) == (0, ["whoever is on call in Checkout"])
    assert (second.after, second.targets) == (300, ["Ada", "whoever is next on call in Checkout"])


def test_a_condition_is_said_in_words() -> None:
    assert condition_words(HOURS) == (
        "only for SEV1 and outside of 09:00 to 17:00 Europe/Berlin on working days"
    )
    assert condition_words(None) == ""


@pytest.mark.parametrize("value", ["schedule:a", "next:a", "person:a", "team:a"])
def test_a_choice_names_the_target_that_it_was_made_of(value: str) -> None:
    [target] = targets_in([value, value])
    assert value_of(target) == value


def test_a_form_keeps_what_it_does_not_show_and_leaves_out_levels_without_targets() -> None:
    before = [level(300, "person:ada", when=HOURS)]
    sent = form(
        targets_0=["person:ada"],
        minutes_0=["2.5"],
        severities_0=["SEV2"],
        targets_2=["team:payments"],
        minutes_2=["5"],
    )
    first, second = levels_in(sent, before)
    assert first["escalation_timeout_seconds"] == 150
    assert first["when"] == {**HOURS, "severities": ["SEV2"]}
    assert second["targets"] == targets_in(["team:payments"])
    assert second["when"] is None


@pytest.mark.stack
async def test_a_policy_is_made_tried_and_changed(site: Site) -> None:
    root = await site.browser_of("root", ApiScope.ADMIN)
    await site.register("grace")
    fields = {"id": "payments", "name": "Payments <b>", "targets-0": "person:grace"}
    made = await root.send("/new-policy", command="one", **{"minutes-0": "5", **fields})
    assert made.status_code == 200, made.text
    assert "Payments &lt;b&gt;" in made.text
    shown = await root.get("/policies/payments")
    assert "Who would be paged" in shown.text
    assert '<span class="late">nobody: ' in shown.text  # she has no contact method
    changed = await root.send(
        "/policies/payments/edit",
        command="two",
        seen="1",
        name="Payments",
        **{"targets-0": "person:grace", "minutes-0": "7", "severities-0": ["SEV1", "SEV2"]},
    )
    assert changed.status_code == 200, changed.text
    after = await root.get("/policies/payments")
    assert "waits 7 min · only for SEV1, SEV2" in after.text
    late = await root.send(
        "/policies/payments/edit",
        command="three",
        seen="1",
        name="Mine",
        **{"targets-0": "person:grace", "minutes-0": "9"},
    )
    assert late.status_code == 412
    assert 'value="Mine"' in late.text
    twice = await root.send("/new-policy", command="four", **{"minutes-0": "5", **fields})
    assert "Choose a short name that no other policy has" in twice.text


@pytest.mark.stack
async def test_whoever_may_not_change_policies_is_offered_nothing(site: Site) -> None:
    olga = await site.browser_of("olga", ApiScope.OBSERVER)
    empty = await olga.get("/policies")
    assert "There is no escalation policy yet" in empty.text
    assert "/new-policy" not in empty.text


@pytest.mark.stack
async def test_a_time_that_cannot_be_asked_about_is_refused_on_the_page(
    site: Site, ada: Browser
) -> None:
    body = {"name": "P", "levels": [level(300, "person:ada")]}
    answer = await site.api.http.put("/v1/escalation-policies/p", json=body)
    assert answer.is_success, answer.text
    after = f"after_position={answer.json()['position']}"
    far = await ada.get(f"/policies/p?{after}&severity=SEV9")
    assert far.status_code == 200
    assert 'role="alert"' in far.text
    sunday = await ada.get(f"/policies/p?{after}&at=2027-03-07T03:00&severity=SEV1")
    assert "Sun 07 Mar 2027 03:00" in sunday.text
