"""Response policies are read and written in the browser, and nobody overwrites another."""

import re
from typing import Any
from uuid import uuid4

import pytest

from events.configuration.api_key import ApiScope
from events.response_policy.policy import DEFAULT
from services.api.views.response_policies import body_of
from services.web.calls import Refused
from services.web.fields.response_forms import at_fields, policy_in, shown
from services.web.forms import Form
from services.web.pages.settings.response_policies import summary
from tests.services.web.conftest import Browser, Site

POLICY: dict[str, Any] = body_of(DEFAULT).model_dump(mode="json")
ITEM = {"section": "resolution", "text": "Tell the bank.", "mandatory": True}
HERE = "/settings/response-policies/checkout"


def sent(policy: dict[str, Any], **changed: str) -> dict[str, list[str]]:
    """Return the fields as a browser sends them that the form of a policy shows."""
    fields = {name: one if isinstance(one, list) else [one] for name, one in shown(policy).items()}
    for number, item in enumerate(policy["checklist"]):
        fields |= {f"item-{number}": [item["text"]], f"section-{number}": [item["section"]]}
        fields[f"must-{number}"] = ["yes" if item["mandatory"] else ""]
    return fields | {name: [said] for name, said in changed.items()}


def test_a_form_that_is_sent_as_it_was_shown_changes_nothing() -> None:
    calendar = {
        **POLICY["calendar"],
        "opens": "08:30",
        "closes": "17:00",
        "holidays": ["2026-12-25"],
    }
    whole = {**POLICY, "calendar": calendar, "checklist": [ITEM], "everybody": ["ada", "mei"]}
    assert policy_in(Form(sent(whole), uuid4())) == whole


def test_what_is_wrong_stands_at_the_field_that_it_is_about() -> None:
    places = {
        "responses.3.work_item_within_seconds": "due-SEV4",
        "body.responses.0.mandatory_roles.1.role": "roles-SEV1",
        "body.checklist.2.text": "item-2",
        "body.calendar.zone": "zone",
        "body.calendar.holidays.0": "holidays",
    }
    for place, field in places.items():
        moved = at_fields(Refused({"status": 422, "field": place, "detail": "No."}, None))
        assert moved.fields == {field: "No."}


def test_a_role_without_its_minutes_is_refused_at_its_field() -> None:
    with pytest.raises(Refused) as refused:
        policy_in(Form(sent(POLICY, **{"roles-SEV2": "commander"}), uuid4()))
    assert "commander is not" in refused.value.fields["roles-SEV2"]


def test_a_policy_is_said_in_words_severity_by_severity() -> None:
    first, *_, last = summary(POLICY)
    assert "SEV1: pages at any hour; all hands: everybody at once; answered within 5 min" in first
    assert last == "SEV4: pages nobody: a work item; its work item is due within 7 d."


async def press(browser: Browser, seen: int, **changed: str) -> Any:
    fields = {name: said for name, said in sent(POLICY, **changed).items() if said}
    return await browser.send(HERE, command=str(uuid4()), seen=str(seen), **fields)


@pytest.fixture
async def root(site: Site) -> Browser:
    service = {"name": "Checkout", "escalation_policy_id": None}
    assert (await site.api.http.put("/v1/services/checkout", json=service)).is_success
    return await site.browser_of("root", ApiScope.ADMIN)


@pytest.mark.stack
async def test_a_policy_is_changed_and_whoever_was_slower_is_shown_both(root: Browser) -> None:
    assert "As the practice says" in (await root.get(HERE)).text
    saved = await press(root, 0, **{"answer-SEV1": "3"})
    assert saved.status_code == 200
    assert "answered within 3 min" in saved.text
    assert "Version 1" in saved.text
    late = await press(root, 0, **{"answer-SEV1": "4"})
    assert late.status_code == 412
    assert "As it stands now" in late.text
    assert "answered within 3 min" in late.text
    assert re.search(r'name="answer-SEV1"[^>]* value="4"', late.text)
    assert "answered within 4 min" in (await press(root, 1, **{"answer-SEV1": "4"})).text
    assert "version 2" in (await root.get("/settings/response-policies")).text


@pytest.mark.stack
async def test_what_no_policy_can_say_is_refused_at_its_field(root: Browser) -> None:
    refused = await press(root, 0, **{"due-SEV4": "", "zone": "Atlantis/<b>"})
    assert refused.status_code == 422
    assert "Atlantis/&lt;b&gt;" in refused.text
    assert 'class="wrong"' in refused.text


@pytest.mark.stack
async def test_only_its_owner_is_offered_the_form(site: Site, root: Browser, ada: Browser) -> None:
    assert "Save</button>" in (await root.get(HERE)).text
    assert "Save</button>" not in (await ada.get(HERE)).text
    assert "Save</button>" not in (await root.get(f"{HERE}?as_of={await site.api.log.head()}")).text
    assert (await press(ada, 0)).status_code == 403
