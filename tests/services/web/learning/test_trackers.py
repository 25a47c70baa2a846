"""Trackers in the browser: connected, with what they say of action items, and removed."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from events.action_item.events import ActionItemLinkFailed
from events.configuration.api_key import ApiScope
from events.configuration.tracker import TrackerId
from events.ids import ActionItemId, IncidentId
from tests.projections.stories import tell
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack

TOKEN = "github_pat_11AB"
CONNECTED = {"tracker_id": "checkout", "vendor": "github", "project": "acme/checkout"}
ITEM = {"text": "Add a canary", "action": "prevent", "owner": "person:ada", "priority": "P1"}


@pytest.fixture
async def root(site: Site) -> Browser:
    """An admin."""
    return await site.browser_of("root", ApiScope.ADMIN, ApiScope.RESPONDER)


async def test_a_tracker_is_connected_and_its_token_shown_nowhere(root: Browser) -> None:
    empty = await root.get("/settings/trackers")
    assert "No tracker is connected" in empty.text
    shown = await root.send("/settings/trackers", command="1", **CONNECTED, token=TOKEN)
    assert "GitHub, acme/checkout" in shown.text
    assert "looked at once a day" in shown.text
    assert TOKEN not in shown.text
    secret = "a secret of the tests"
    signed = {**CONNECTED, "token": TOKEN, "signing_secret": secret}
    shown = await root.send("/settings/trackers", command="2", **signed)
    assert "/trackers/checkout</code>" in shown.text
    assert secret not in shown.text
    gone = await root.send("/settings/trackers/checkout/removal", command="3")
    assert "1 removed tracker" in gone.text


async def test_a_tracker_is_tested_where_it_stands(root: Browser, ada: Browser) -> None:
    nowhere = {**CONNECTED, "site": "http://127.0.0.1:1"}
    await root.send("/settings/trackers", command="1", **nowhere, token=TOKEN)
    tested = await root.send("/settings/trackers/checkout/test", command="2")
    assert tested.status_code == 200
    assert "It does not work" in tested.text
    assert "look at the address" in tested.text
    assert TOKEN not in tested.text
    refused = await ada.send("/settings/trackers/checkout/test", command="3")
    assert refused.status_code == 403


async def test_what_is_wrong_is_said_and_what_was_written_stays_but_for_the_token(
    root: Browser,
) -> None:
    jira = {"tracker_id": "ops", "vendor": "jira", "project": "OPS", "token": TOKEN}
    refused = await root.send("/settings/trackers", command="1", **jira)
    assert refused.status_code == 422
    assert "where your Jira is" in refused.text
    assert 'value="OPS"' in refused.text
    assert TOKEN not in refused.text


async def test_an_item_is_linked_and_says_what_became_of_its_issue(
    site: Site, root: Browser, ada: Browser
) -> None:
    await root.send("/settings/trackers", command="1", **CONNECTED, token=TOKEN)
    declared = await site.api.declare(title="Checkout fails", severity="SEV1")
    here = f"/incidents/{declared['reference']}/actions"
    await ada.get(f"{here}?after_position={await site.api.log.head()}")
    opened = await ada.send(here, command="1", **ITEM)
    [item] = re.findall(rf'action="({here}/[0-9a-f-]+)/issue"', opened.text)
    linked = await ada.send(f"{item}/issue", command="2", tracker_id="checkout", key="412")
    assert 'href="https://github.com/acme/checkout/issues/412"' in linked.text
    assert "open there" in linked.text
    assert f'action="{item}/issue"' not in linked.text
    assert "checkout 412" in (await ada.get("/actions")).text
    told = await ada.get("/settings/trackers")
    assert "Add a canary" in told.text
    assert "<form" not in told.text.partition("<main")[2], "she is no admin"


async def test_why_an_issue_could_not_be_made_is_read_before_the_others(
    site: Site, root: Browser, ada: Browser
) -> None:
    await root.send("/settings/trackers", command="1", **CONNECTED, token=TOKEN)
    declared = await site.api.declare(title="Checkout fails", severity="SEV1")
    here = f"/incidents/{declared['reference']}/actions"
    await ada.get(f"{here}?after_position={await site.api.log.head()}")
    opened = await ada.send(here, command="1", **ITEM)
    [item] = re.findall(rf'action="({here}/[0-9a-f-]+)/issue"', opened.text)
    asked = await ada.send(f"{item}/issue", command="2", tracker_id="checkout", key="")
    assert "is asked for an issue" in asked.text
    await failed(site, item.rpartition("/")[2], declared["incident_id"])
    after = f"after_position={await site.api.log.head()}"
    for page in (f"{here}?{after}", f"/settings/trackers?{after}"):
        assert "did not take it: 403 Forbidden" in (await ada.get(page)).text


async def failed(site: Site, item: str, incident: str) -> None:
    """Have the log say that the tracker did not take an item."""
    event = ActionItemLinkFailed(
        action_item_id=ActionItemId(UUID(item)),
        incident_id=IncidentId(UUID(incident)),
        tracker_id=TrackerId("checkout"),
        error="403 Forbidden: the token may not write issues",
        link_failed_at=datetime.now(UTC),
    )
    await tell(site.api.log, f"action_item-{item}", event)
