"""The page of a schedule: who is on call, what people agree on, and what is refused."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.account.commands import SuspendAccount
from events.configuration.api_key import ApiScope
from events.ids import AccountId
from tests.services.identity.signing_people_in import operator
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack

CHECKOUT = "/on-call/checkout"
MEI = {"name": "Mei", "contact_methods": []}


async def rota(site: Site, *people: str, **layer: Any) -> None:
    """Have people take a week each, in Berlin."""
    for one in {"ada", *people}:
        await site.register(one)
    monday = (datetime.now(UTC) - timedelta(days=21)).date()
    rotation = {
        "slots": [[one] for one in people],
        "first_hand_off": (monday - timedelta(days=monday.weekday())).isoformat(),
        "hand_off_at": "09:00:00",
    }
    body = {
        "name": "Checkout",
        "zone": "Europe/Berlin",
        "layers": [{"layer_id": "weekly", "name": "Weekly", "rotation": rotation, **layer}],
        "team_id": "payments",
    }
    named = [{"responder_id": one, "manager": False} for one in {"ada", *people}]
    team = {"name": "Payments", "members": named}
    assert (await site.api.http.put("/v1/teams/payments", json=team)).is_success
    answer = await site.api.http.put("/v1/schedules/checkout", json=body)
    assert answer.is_success, answer.text
    position = answer.json()["position"]
    await site.api.http.get("/v1/schedules/checkout", params={"after_position": position})


def local(days: int, hour: int = 12) -> str:
    """Return a time as a form writes it."""
    return f"{datetime.now(UTC).date() + timedelta(days=days)}T{hour:02d}:00"


async def test_everybody_sees_who_is_on_call_and_where_nobody_is(site: Site, ada: Browser) -> None:
    await rota(site, "grace")
    ends = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    await rota(site, "grace", ends_at=ends)
    everywhere = await ada.get("/on-call")
    assert everywhere.status_code == 200
    assert '<span data-person="grace">Grace</span>' in everywhere.text
    assert "1 gap in four weeks" in everywhere.text
    shown = await ada.get(CHECKOUT)
    assert "Nobody from" in shown.text
    assert "layer weekly has ended" in shown.text
    assert "times of Europe/Berlin" in shown.text


async def test_an_override_is_made_and_withdrawn(site: Site, ada: Browser) -> None:
    await rota(site, "grace")
    away = {"starts_at": f"{local(1)}:00Z", "ends_at": f"{local(4)}:00Z"}
    told = await site.api.http.post("/v1/responders/ada/absences", json=away)
    assert told.is_success, told.text
    seen = {"after_position": told.json()["position"]}
    assert (await site.api.http.get("/v1/responders/ada/absences", params=seen)).is_success
    fields = {"starts_at": local(2), "ends_at": local(3), "on": "ada", "off": "grace"}
    made = await ada.send(f"{CHECKOUT}/overrides", command="one", reason="Dentist", **fields)
    assert made.status_code == 200, made.text
    assert "Dentist" in made.text
    notices = re.findall(r'class="notice[^>]*>([^<]*)', made.text)
    assert [one for one in notices if "away" in one], notices
    shown = await ada.get(CHECKOUT)
    [path] = re.findall(r'action="(/on-call/checkout/overrides/[^"]+/withdrawal)"', shown.text)
    gone = await ada.send(path, command="two")
    assert gone.status_code == 200
    assert "Dentist" not in gone.text


async def test_what_is_refused_keeps_what_was_written(site: Site, ada: Browser) -> None:
    await rota(site, "grace")
    wrong = await ada.send(
        f"{CHECKOUT}/overrides", starts_at=local(3), ends_at=local(2), on="ada", reason="<b>Party"
    )
    assert wrong.status_code == 422
    assert 'value="&lt;b&gt;Party"' in wrong.text
    nothing = await ada.send(f"{CHECKOUT}/overrides", starts_at="", ends_at=local(2), on="ada")
    assert 'id="override-starts-wrong">Say when.' in nothing.text


async def test_a_time_that_the_clock_skips_is_refused_by_its_reason(
    site: Site, ada: Browser
) -> None:
    await rota(site, "grace")
    year = datetime.now(UTC).year + 1
    last = max(day for day in range(25, 32) if datetime(year, 3, day, tzinfo=UTC).weekday() == 6)
    skipped = await ada.send(
        f"{CHECKOUT}/overrides",
        starts_at=f"{year}-03-{last}T02:30",
        ends_at=f"{year}-03-{last}T09:00",
        on="ada",
    )
    assert "The clocks go forward then" in skipped.text


async def test_cover_is_asked_declined_and_accepted(site: Site, ada: Browser) -> None:
    await rota(site, "grace")
    grace = await site.browser_of("grace")
    fields = {"starts_at": local(2), "ends_at": local(3), "asked_ids": "ada"}
    asked = await grace.send(f"{CHECKOUT}/cover-requests", reason="The sea", **fields)
    assert "The sea" in asked.text
    assert "Accept</button>" not in asked.text  # it is she who asks
    declined = await ada.send(f"{CHECKOUT}/cover-requests/1/refusal")
    assert "Declined by" in declined.text
    taken = await ada.send(f"{CHECKOUT}/cover-requests/1/acceptance")
    assert taken.status_code == 200, taken.text
    assert "accepted by" in taken.text
    assert ">Ada</span> for <span" in taken.text  # the override that says so


async def test_a_note_is_left_for_the_next_shift(site: Site) -> None:
    await rota(site, "grace")
    grace = await site.browser_of("grace")
    left = await grace.send(f"{CHECKOUT}/hand-over-notes", text="<i>Renew</i> the certificate")
    assert "&lt;i&gt;Renew&lt;/i&gt; the certificate" in left.text


async def test_the_pager_is_taken_until_the_next_hand_off(site: Site, ada: Browser) -> None:
    await rota(site, "grace", "mei")
    taken = await ada.send(f"{CHECKOUT}/pager", command="one", reason="Grace sleeps")
    assert taken.status_code == 200, taken.text
    assert "Grace sleeps" in taken.text
    assert "(by override)" in taken.text


async def test_the_address_of_a_calendar_is_shown_once_and_ends_with_the_account(
    site: Site, ada: Browser
) -> None:
    await rota(site, "grace")
    shown = await ada.send(f"{CHECKOUT}/feeds", command="one", of="schedule")
    [path] = re.findall(r"<code>http://tocsin(/v1/feeds/on-call/[^<]+\.ics)</code>", shown.text)
    assert (await site.api.http.get(path)).status_code == 200
    again = await ada.send(f"{CHECKOUT}/feeds", command="one", of="schedule")
    assert "shown before" in again.text
    assert ".ics" not in again.text
    command = SuspendAccount(
        account_id=AccountId("ada"),
        reason="left",
        is_last_admin=False,
        actor=operator,
        at=site.people.now,
    )
    await site.people.give(command)
    assert (await site.api.http.get(path)).status_code == 404


async def test_an_observer_looks_and_changes_nothing(site: Site) -> None:
    await rota(site, "grace")
    olga = await site.browser_of("olga", ApiScope.OBSERVER)
    shown = await olga.get(CHECKOUT)
    assert "<form method=" not in shown.text
    refused = await olga.send(f"{CHECKOUT}/pager")
    assert refused.status_code == 403


async def test_the_past_has_no_forms(site: Site, ada: Browser) -> None:
    await rota(site, "grace")
    position = (await site.api.http.put("/v1/responders/mei", json=MEI)).json()["position"]
    past = await ada.get(f"{CHECKOUT}?as_of={position}")
    assert past.status_code == 200
    assert "As it was at" in past.text
    assert 'method="post"' not in past.text


async def test_the_reports_are_tables_of_a_period(site: Site, ada: Browser) -> None:
    await rota(site, "grace", "ada")
    shown = await ada.get(f"{CHECKOUT}/reports?from=2027-01-01&until=2027-01-28")
    assert shown.status_code == 200
    assert "<b>100.0 %</b> of the time somebody is on call" in shown.text
    assert 'value="2027-01-28"' in shown.text
    assert (await ada.get("/on-call/nowhere/reports")).status_code == 404
