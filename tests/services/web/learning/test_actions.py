"""Action items in the browser: opened on their incident, finished in a list."""

import re

import pytest

from events.configuration.api_key import ApiScope
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack


async def test_an_item_is_opened_moved_done_and_reopened(site: Site, ada: Browser) -> None:
    declared = await site.api.declare(title="Checkout fails", severity="SEV1")
    here = f"/incidents/{declared['reference']}/actions"
    empty = await ada.get(f"{here}?after_position={await site.api.log.head()}")
    assert "Nothing is changed yet" in empty.text
    text = "Add a canary <b>stage</b>"
    fields = {"text": text, "action": "prevent", "owner": "person:ada", "priority": "P1"}
    opened = await ada.send(here, command="1", **fields)
    assert "Add a canary &lt;b&gt;stage&lt;/b&gt;" in opened.text
    assert f"{declared['reference']}-A1" in opened.text
    item = re.findall(rf'action="({here}/[0-9a-f-]+)/start"', opened.text)[0]

    assert "started" in (await ada.send(f"{item}/start", command="2")).text
    moved = await ada.send(f"{item}/due-date", command="3", due_on="2027-02-01", reason="Late")
    assert "moved 1 time" in moved.text
    seen = "https://git.example.com/pull/412"
    over = await ada.send(f"{item}/completion", command="4", evidence_url=seen)
    assert f'href="{seen}"' in over.text
    assert "No action item is open" in (await ada.get("/actions")).text
    assert "Add a canary" in (await ada.get("/actions?state=done")).text
    again = await ada.send(f"{item}/reopening", command="5", reason="It came back")
    assert "Done, move or drop" in again.text
    assert "Add a canary" in (await ada.get("/actions?owner=ada")).text


async def test_what_is_refused_is_said_at_its_field_and_what_was_written_stays(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.declare(title="Checkout fails")
    here = f"/incidents/{declared['reference']}/actions"
    await ada.get(f"{here}?after_position={await site.api.log.head()}")
    fields = {"text": "Add a canary", "action": "prevent", "owner": "person:ada"}
    refused = await ada.send(here, command="1", **fields, priority="P1", due_on="0001-01-01")
    assert refused.status_code == 422
    assert 'value="Add a canary"' in refused.text
    assert "choose a date" in refused.text


async def test_who_may_only_look_has_no_button(site: Site, ada: Browser) -> None:
    declared = await site.api.declare(title="Checkout fails")
    here = f"/incidents/{declared['reference']}/actions"
    fields = {"text": "Add a canary", "action": "prevent", "owner": "person:ada", "priority": "P1"}
    await ada.get(f"{here}?after_position={await site.api.log.head()}")
    await ada.send(here, command="1", **fields)
    eve = await site.browser_of("eve", ApiScope.OBSERVER)
    for page in (here, "/actions"):
        shown = await eve.get(page)
        assert "Add a canary" in shown.text
        assert "<form" not in shown.text.partition("<main")[2]
    past = await ada.get(f"{here}?as_of={await site.api.log.head()}")
    assert "<form" not in past.text.partition("<main")[2]
