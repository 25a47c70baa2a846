"""Settings: how one is reached, and what the organisation is made of; secrets are shown once."""

import re
from base64 import b64encode
from uuid import uuid4

import pytest

from events.configuration.api_key import ApiScope
from services.web.forms import Form
from services.web.pages.settings.rules import rules_in
from services.web.pages.settings.teams import body_of
from tests.services.web.conftest import Browser, Site


def test_a_rule_without_a_way_is_none() -> None:
    fields = {"high-0-method": ["2"], "high-0-after": ["3"], "high-1-method": [""]}
    assert rules_in(Form(fields, uuid4()), "high") == [
        {"contact_method": 2, "after_seconds": 180, "repeats": 0, "every_seconds": 300}
    ]


def test_whoever_manages_a_team_is_a_member_once() -> None:
    form = Form(
        {"name": ["P"], "managers": ["ada"], "members": ["ada", "ben"], "zone": [""]}, uuid4()
    )
    before = {"members_may_override": True, "version": 3, "zone": "Asia/Tokyo"}
    assert body_of(form, before) == {
        "name": "P",
        "zone": None,
        "members_may_override": True,
        "members": [
            {"responder_id": "ada", "manager": True},
            {"responder_id": "ben", "manager": False},
        ],
    }


@pytest.fixture
async def root(site: Site) -> Browser:
    """An admin."""
    return await site.browser_of("root", ApiScope.ADMIN, ApiScope.RESPONDER)


@pytest.mark.stack
async def test_a_person_adds_a_way_to_be_reached_and_removes_it(site: Site, ada: Browser) -> None:
    methods = "/settings/contact-methods"
    secret = "whsec_" + b64encode(b"s" * 32).decode()
    hook = {"channel": "webhook", "address": "https://example.org/page", "secret": secret}
    added = await ada.send(methods, command="one", **hook)
    assert added.status_code == 200, added.text
    mail = {"channel": "email", "address": "ada@example.org"}
    both = await ada.send(methods, command="two", **mail)
    assert "with a secret" in both.text  # that of the first stayed
    assert secret not in both.text
    assert "not checked" in both.text
    ruled = {"high-0-method": "2", "low-0-method": "1"}
    rules = await ada.send("/settings/notification-rules", command="three", **ruled)
    assert rules.status_code == 200, rules.text
    gone = await ada.send(f"{methods}/1/removal", command="four")
    assert "with a secret" not in gone.text
    person = (await site.api.http.get("/v1/responders/ada")).json()
    assert [one["channel"] for one in person["contact_methods"]] == ["email"]
    rules_left = person["notification_rules"]
    assert [one["contact_method"] for one in rules_left["high"]] == [1]
    assert rules_left["low"] == []
    missing = await site.api.http.delete("/v1/responders/ada/contact-methods/7")
    assert (missing.status_code, missing.json()["code"]) == (404, "contact-method-not-found")


@pytest.mark.stack
async def test_a_way_that_leads_nowhere_is_refused_at_its_field(ada: Browser) -> None:
    wrong = await ada.send("/settings/contact-methods", channel="email", address="nonsense")
    assert wrong.status_code == 422
    assert 'id="address-wrong"' in wrong.text
    assert 'value="nonsense"' in wrong.text


@pytest.mark.stack
async def test_nobody_changes_how_another_is_reached(site: Site, ada: Browser) -> None:
    await site.register("mei")
    mail = {"contact_method": {"channel": "email", "address": "ada@example.org"}}
    held = {"scopes": ["responder"], "name": "k", "responder_id": "ada"}
    key = (await site.api.http.post("/v1/api-keys", json=held)).json()["key"]
    answer = await site.api.http.post(
        "/v1/responders/mei/contact-methods",
        json=mail,
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 403, answer.text


@pytest.mark.stack
async def test_an_absence_is_said_and_withdrawn(ada: Browser) -> None:
    fields = {"starts_at": "2027-12-24T08:00", "ends_at": "2027-12-28T08:00"}
    said = await ada.send("/settings/absences", command="one", **fields)
    assert "Fri 24 Dec 2027 08:00" in said.text
    [path] = re.findall(r'action="(/settings/absences/[^"]+/withdrawal)"', said.text)
    assert "Nothing is planned." in (await ada.send(path, command="two")).text


@pytest.mark.stack
async def test_people_and_teams_are_made(root: Browser) -> None:
    people = await root.send("/settings/people", command="one", id="tom", name="Tom <b>")
    assert "Tom &lt;b&gt;" in people.text
    twice = await root.send("/settings/people", command="two", id="tom", name="Tom")
    assert "Choose a short name that nobody else has" in twice.text
    made = await root.send(
        "/settings/teams", command="three", id="payments", name="Payments", managers="root"
    )
    assert made.status_code == 200, made.text
    assert "manages it" in made.text
    fields = {"name": "Pay", "members": ["tom"]}
    nowhere = await root.send(
        "/settings/teams/payments", command="zone", seen="1", zone="Mars/Base", **fields
    )
    assert (nowhere.status_code, "Mars/Base is not a time zone" in nowhere.text) == (422, True)
    changed = await root.send(
        "/settings/teams/payments", command="four", seen="1", zone="Asia/Tokyo", **fields
    )
    assert "Nobody manages it" in changed.text
    assert "Its days are those of Asia/Tokyo." in changed.text


@pytest.mark.stack
async def test_an_integrations_key_is_shown_once_and_can_be_ended(
    site: Site, root: Browser
) -> None:
    service = {"name": "Checkout", "escalation_policy_id": None}
    assert (await site.api.http.put("/v1/services/checkout", json=service)).is_success
    fields = {"name": "Grafana", "service_id": "checkout"}
    made = await root.send("/settings/integrations", command="one", **fields)
    [key] = re.findall(r'class="secret"><code>([^<]+)</code>', made.text)
    assert f"http://tocsin/v1/integrations/{key}/" in made.text or key in made.text
    again = await root.send("/settings/integrations", command="one", **fields)
    assert key not in again.text
    assert "shown once only" in again.text
    [after, *_] = re.findall(r"after_position=\d+", again.text)
    listed = await root.get(f"/settings/integrations?{after}")
    [path] = re.findall(r'action="(/settings/integrations/[^"]+/revocation)"', listed.text)
    assert "1 revoked integration" in (await root.send(path, command="two")).text


@pytest.mark.stack
async def test_an_api_key_is_shown_once_and_can_be_ended(root: Browser) -> None:
    fields = {"name": "robot", "scopes": ["observer"], "days": "30"}
    made = await root.send("/settings/api-keys", command="one", **fields)
    [key] = re.findall(r'class="secret"><code>(tocsin_key_[^<]+)</code>', made.text)
    again = await root.send("/settings/api-keys", command="one", **fields)
    assert key not in again.text
    [after, *_] = re.findall(r"after_position=\d+", again.text)
    listed = await root.get(f"/settings/api-keys?{after}")
    assert key not in listed.text
    row = listed.text.split("robot", 1)[1]
    [path, *_] = re.findall(r'action="(/settings/api-keys/[^"]+/revocation)"', row)
    revoked = await root.send(path, command="two")
    assert revoked.status_code == 200


@pytest.mark.stack
async def test_a_responder_sees_settings_and_is_offered_what_is_theirs(ada: Browser) -> None:
    for address in ("people", "teams", "integrations", "incident-types"):
        shown = await ada.get(f"/settings/{address}")
        assert shown.status_code == 200, address
    assert (await ada.get("/settings/api-keys")).status_code == 403


@pytest.mark.stack
async def test_an_admin_changes_roles_and_suspends_and_lets_in_again(
    site: Site, root: Browser
) -> None:
    ada = await site.browser_of("ada")
    people = "/settings/people"
    changed = await root.send(f"{people}/ada/roles", command="one", roles=["observer"])
    assert changed.status_code == 200, changed.text
    assert "active: observer" in changed.text
    without = await root.send(f"{people}/ada/suspension", command="two", reason="")
    assert without.status_code == 422
    suspended = await root.send(f"{people}/ada/suspension", command="three", reason="Left <b>")
    assert "Left &lt;b&gt;" in suspended.text
    away = await ada.http.get("/settings", follow_redirects=False)
    assert away.status_code == 303
    again = await root.send(f"{people}/ada/reinstatement", command="four")
    assert "active: observer" in again.text
