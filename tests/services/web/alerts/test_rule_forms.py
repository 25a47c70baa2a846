"""Routing rules are written, ordered, tried and saved in the browser."""

import re
from typing import Any
from uuid import uuid4

import pytest

from events.configuration.api_key import ApiScope
from services.web.calls import Refused
from services.web.fields.rule_forms import at_fields, rule_in, shown
from services.web.forms import Form
from tests.services.web.alerts.test_alerts import NOTHING, send, sending
from tests.services.web.conftest import Browser, Site

WHOLE: dict[str, Any] = {
    "name": "Disks by host",
    "conditions": [
        {"field": "title", "comparison": "contains", "values": ["disk", "Disk"], "negated": True},
        {"field": "labels.host", "comparison": "present", "values": [], "negated": False},
    ],
    "expression": "has(labels.host)",
    "outcome": {
        **NOTHING,
        "title": "{title} on {labels.host}",
        "severity_table": {
            "field": "labels.level",
            "words": [{"word": "critical", "severity": "SEV1"}],
        },
        "service_id": "storage",
        "escalation_policy_id": "storage-on-call",
        "grouping": {"fields": ["labels.host"], "window_seconds": 3600, "rolling": True},
        "incident_type_id": "outage",
        "fields": {"region": ["{labels.region}", "eu"]},
        "pause_seconds": 30,
        "business_hours": True,
        "ticket_only": True,
    },
    "goes_on": True,
}


def sent(rule: dict[str, Any]) -> dict[str, str]:
    """Return the fields as a browser sends them that the form of a rule shows."""
    written = shown(rule)
    fields = {name: str(value) for name, value in written.items() if isinstance(value, str | int)}
    for number, condition in enumerate(written["conditions"]):
        fields |= {f"{name}-{number}": value for name, value in condition.items()}
    return {
        name: value for name, value in fields.items() if name not in {"suppress", "ticket_only"}
    }


@pytest.mark.parametrize(
    "rule",
    [
        WHOLE,
        {**WHOLE, "outcome": {**NOTHING, "fields": {}, "joining": {"key": "{labels.cluster}"}}},
        {**WHOLE, "outcome": {**NOTHING, "fields": {}, "joining": {"key": ""}}},
        {**WHOLE, "conditions": [], "outcome": {**NOTHING, "fields": {}, "suppress": True}},
    ],
    ids=["everything", "a key", "its service", "suppressed"],
)
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(rule: dict[str, Any]) -> None:
    form = Form({name: [value] for name, value in sent(rule).items()}, uuid4())
    said_so = rule_in(form)
    said = {name: value for name, value in rule["outcome"].items() if value is not None}
    assert {**said_so, "outcome": {}} == {**rule, "outcome": {}}
    assert {name: one for name, one in said_so["outcome"].items() if one is not None} == said


def test_what_is_wrong_with_a_rule_stands_at_the_field_that_it_is_about() -> None:
    places = {
        "body.rules.3.conditions.1.values.0": "values-1",
        "body.rules.3.conditions.0.comparison": "asks-0",
        "body.draft.rules.3.outcome.grouping.window_seconds": "window",
        "body.rules.0.outcome.joining": "together",
        "body.rules.0.expression": "expression",
    }
    errors = [{"field": place, "reason": "No."} for place in places]
    moved = at_fields(Refused({"status": 422, "errors": errors}, None))
    assert list(moved.fields) == list(places.values())


def test_a_line_without_a_sign_between_is_refused_at_its_field() -> None:
    form = Form({"word_field": ["labels.level"], "words": ["critical SEV1"]}, uuid4())
    with pytest.raises(Refused) as refused:
        rule_in(form)
    assert "critical SEV1" in refused.value.fields["words"]


SUPPRESS: dict[str, Any] = {
    "name": "Disks wait",
    "field-0": "title",
    "asks-0": "contains",
    "values-0": "Disk",
    "pages": "suppress",
}
HERE = "/alerts/rules/organisation"


async def press(browser: Browser, address: str, seen: int = 0, **fields: Any) -> Any:
    version = {"seen": str(seen)} if seen else {}
    return await browser.send(address, **{"command": str(uuid4()), **version, **fields})


@pytest.fixture
async def root(site: Site) -> Browser:
    return await site.browser_of("root", ApiScope.ADMIN)


@pytest.mark.stack
async def test_rules_are_added_edited_ordered_and_taken_out(site: Site, root: Browser) -> None:
    await sending(site)
    added = await press(root, f"{HERE}/new", **SUPPRESS)
    assert "if title contains Disk" in added.text
    assert added.url.path == HERE
    rest = {"name": "The rest", "severity": "SEV3", "command": str(uuid4())}
    for _ in range(2):  # pressed twice, it is added once
        await press(root, f"{HERE}/new", 1, **rest)
    moved = await press(root, f"{HERE}/1/order", 2, way="up")
    assert re.findall(r"<b>(The rest|Disks wait)</b>", moved.text) == ["The rest", "Disks wait"]
    form = await root.get(f"{HERE}/1")
    assert 'value="Disks wait"' in form.text
    edited = await press(root, f"{HERE}/1", 3, **{**SUPPRESS, "name": "Disks are shown"})
    assert "Disks are shown" in edited.text
    out = await press(root, f"{HERE}/0/removal", 4)
    assert "The rest</b>" not in out.text
    answer = await site.api.http.get("/v1/routing-rules/organisation")
    [rule] = answer.json()["rules"]
    assert (rule["name"], rule["outcome"]["suppress"]) == ("Disks are shown", True)


@pytest.mark.stack
async def test_a_rule_is_tried_on_what_came_in_and_nothing_is_stored(
    site: Site, root: Browser
) -> None:
    _, key = await sending(site)
    await send(site, key, "Disk full")
    await send(site, key, "Gateway down")
    tried = await press(root, f"{HERE}/new/trial", **SUPPRESS, span="1")
    assert tried.status_code == 200
    assert "Nothing was stored." in tried.text
    assert re.search(r"Held back</th><td>0</td><td>1</td>", tried.text)
    assert 'value="Disks wait"' in tried.text
    assert (await site.api.http.get("/v1/routing-rules/organisation")).status_code == 404


@pytest.mark.stack
async def test_what_cannot_be_a_rule_is_refused_at_its_field_and_what_was_written_is_kept(
    site: Site, root: Browser
) -> None:
    await sending(site)
    refused = await press(
        root, f"{HERE}/new", **{**SUPPRESS, "asks-0": "matches", "values-0": "(<b>"}
    )
    assert refused.status_code == 422
    assert 'id="values-0-wrong"' in refused.text
    assert "(&lt;b&gt;</textarea>" in refused.text


@pytest.mark.stack
async def test_two_who_edit_one_list_are_shown_both_and_neither_is_lost(
    site: Site, root: Browser
) -> None:
    await sending(site)
    await press(root, f"{HERE}/new", **SUPPRESS)
    await press(root, f"{HERE}/0", 1, **{**SUPPRESS, "values-0": "Tape"})
    late = await press(root, f"{HERE}/0", 1, **{**SUPPRESS, "values-0": "Drive"})
    assert late.status_code == 412
    assert "if title contains Tape" in late.text
    assert "Drive</textarea>" in late.text
    once_more = await press(root, f"{HERE}/0", 2, **{**SUPPRESS, "values-0": "Drive"})
    assert "if title contains Drive" in once_more.text


@pytest.mark.stack
async def test_nobody_is_offered_a_form_whom_the_api_would_refuse(
    site: Site, root: Browser, ada: Browser
) -> None:
    integration_id, _ = await sending(site)
    await press(root, f"{HERE}/new", **SUPPRESS)
    assert "Add a rule" not in (await ada.get(HERE)).text
    assert "Save</button>" not in (await ada.get(f"{HERE}/0")).text
    assert (await press(ada, f"{HERE}/0", 1, **SUPPRESS)).status_code == 403
    assert "Add a rule" in (await root.get(f"/alerts/rules/integration.{integration_id}")).text
    head = await site.api.log.head()
    assert "Add a rule" not in (await root.get(f"{HERE}?as_of={head}")).text
