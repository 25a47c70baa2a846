"""The meeting about a postmortem in the browser: scheduled, ticked by each, noted in and rated."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from events.configuration.api_key import ApiScope
from services.api.dependencies import Dependencies
from services.settings import Settings
from tests.harness import now
from tests.services.identity.local.arranging import LINK_KEY
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack


@pytest.fixture
def connected(connected: Dependencies) -> Dependencies:
    """The API of an installation with a key of its own."""
    object.__setattr__(connected, "settings", Settings(link_key=LINK_KEY))
    return connected


async def begun(site: Site, ada: Browser) -> str:
    for name in ("ada", "ben"):
        await site.api.responder(name)
    declared = await site.api.declare(title="Checkout <b>fails</b>", severity="SEV1")
    at = f"/incidents/{declared['reference']}/postmortem"
    await ada.get(f"{at}?after_position={await site.api.log.head()}")
    assert (await ada.send(at, command=str(uuid4()), author="ada")).status_code == 200
    return f"{at}/meeting"


async def page_at(site: Site, browser: Browser, at: str) -> str:
    shown = await browser.get(f"{at}?after_position={await site.api.log.head()}")
    assert shown.status_code == 200, shown.text
    return shown.text


async def pressed(browser: Browser, at: str, **fields: Any) -> str:
    answer = await browser.send(at, command=str(uuid4()), **fields)
    assert answer.status_code == 200, answer.text
    return answer.text


def tomorrow() -> str:
    return f"{now() + timedelta(days=1):%Y-%m-%dT14:00}"


async def test_who_is_to_come_is_ticked_before_with_why_and_the_agenda_has_clock_times(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    empty = await page_at(site, ada, at)
    assert 'value="ada" checked' in empty
    assert "writes the postmortem" in empty
    assert "No meeting is scheduled" in empty
    said = await pressed(ada, at, starts_at=tomorrow(), place="Room <4>", invited=["ada", "ben"])
    assert "Room &lt;4&gt;" in said
    assert "14:15" not in said
    for clock in ("14:00", "14:10", "14:25", "14:35", "14:50"):
        assert clock in said
    assert "14:00" in await page_at(site, ada, at)
    entry = await ada.get(f"{at}.ics")
    assert entry.text.startswith("BEGIN:VCALENDAR")
    assert "The meeting was called off" in await pressed(ada, f"{at}/calling-off", reason="Ill")


async def test_a_meeting_before_its_incident_is_refused_at_its_field_and_what_was_written_stays(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    fields = {"starts_at": "2020-01-01T10:00", "place": "Room 4", "invited": "ben"}
    refused = await ada.send(at, command="1", **fields)
    assert refused.status_code == 422
    assert "would be before the incident" in refused.text
    assert 'value="Room 4"' in refused.text
    assert 'value="ben" checked' in refused.text


async def test_each_ticks_themself_notes_stand_at_their_item_and_it_is_rated_when_over(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    api = f"/v1{at}"
    body = {"starts_at": now().isoformat(), "invited_ids": ["ada", "ben"]}
    scheduled = await site.api.http.put(api, json=body)
    assert scheduled.status_code == 200, scheduled.text
    assert "I am there" in await page_at(site, ada, at)
    assert "(came)" in await pressed(ada, f"{at}/attendance", present="yes")
    assert "(came)" not in await pressed(ada, f"{at}/attendance", present="no")
    noted = await pressed(ada, f"{at}/notes", item="2", text="The index <i>went</i>")
    assert "The index &lt;i&gt;went&lt;/i&gt;" in noted
    ended = await pressed(ada, f"{at}/end")
    assert "Too few answers to show" in ended
    assert "Move it, or have it otherwise" not in ended


async def test_what_it_gave_five_people_is_counted_and_no_fewer(site: Site, ada: Browser) -> None:
    at = await begun(site, ada)
    names = ["ada", "ben", "cem", "dan", "eve"]
    body = {"starts_at": now().isoformat(), "invited_ids": names}
    browsers = {name: await site.browser_of(name) for name in names[1:]}
    assert (await site.api.http.put(f"/v1{at}", json=body)).status_code == 200
    browsers["ada"] = ada
    *few, fifth = [
        await pressed(browser, f"{at}/rating", learned="yes", again="no")
        for browser in browsers.values()
    ]
    assert all("Too few answers" in said for said in few)
    assert "Too few answers" not in fifth
    assert "Of 5 answers, 5 learned something" in fifth
    assert "0 would come again" in fifth


async def test_a_calendar_of_ones_own_meetings_has_its_address_shown_once(
    site: Site, ada: Browser
) -> None:
    at = await begun(site, ada)
    shown = await pressed(ada, f"{at}/feeds", of="me")
    assert "/v1/feeds/meetings/" in shown


async def test_who_may_only_look_has_no_button(site: Site, ada: Browser) -> None:
    at = await begun(site, ada)
    await pressed(ada, at, starts_at=tomorrow(), invited="ada")
    eve = await site.browser_of("eve", ApiScope.OBSERVER)
    shown = await page_at(site, eve, at)
    assert "Agenda" in shown
    assert f'action="{at}' not in shown
