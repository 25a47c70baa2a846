"""Insights in the browser: load, findings, alerts, responses; to whom they name whom."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from events.configuration.api_key import ApiScope
from events.delivery.events import PAGE, DeliverySent
from events.ids import DeliveryId, IncidentId, ResponderId, incident_stream
from projections.metrics.quarters import quarter_at
from tests.projections.metrics.histories import Life
from tests.projections.stories import tell
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack

PAGES = ("/insights/load", "/insights/alerts", "/insights/responses")
EVERYTHING = (ApiScope.ADMIN, ApiScope.RESPONDER)
MESSAGES = {"ada": 3, "ben": 1, "cem": 2}


async def read(site: Site, browser: Browser, address: str) -> str:
    """Return a page that knows of everything that has happened."""
    joined = "&" if "?" in address else "?"
    answer = await browser.get(f"{address}{joined}after_position={await site.api.log.head()}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def paged(site: Site, number: int, *, private: bool = False) -> None:
    """Let an incident of today interrupt three people, in hours that are apart."""
    life = Life(number=number)
    now = datetime.now(UTC)
    declared = replace(life.declared(), declared_at=now)
    secret = [life.privacy(0, so_declared=True)] if private else []
    await tell(site.api.log, incident_stream(life.incident_id), declared, *secret)
    for person, messages in MESSAGES.items():
        for place in range(messages):
            sent = message(life.incident_id, person, now - timedelta(seconds=1_000 * place))
            await tell(site.api.log, f"delivery-{sent.delivery_id}", sent)


def message(incident_id: IncidentId, person: str, at: datetime) -> DeliverySent:
    return DeliverySent(
        delivery_id=DeliveryId(uuid4()),
        incident_id=incident_id,
        kind=PAGE,
        responder_id=ResponderId(person),
        about=str(uuid4()),
        channel="sms",
        attempts=1,
        provider_id=None,
        sent_at=at,
    )


async def test_the_overview_leads_to_every_insight_and_says_what_it_is_for(
    site: Site, ada: Browser
) -> None:
    shown = await read(site, ada, "/insights")
    assert '<a href="/insights" aria-current="page">Insights</a>' in shown
    assert "No report was issued yet" in shown
    for address in re.findall(r'<h2><a href="([^"]+)">', shown):
        assert "<h1>" in await read(site, ada, address)


async def test_each_sees_their_own_load_and_only_those_who_answer_for_people_see_names(
    site: Site, ada: Browser
) -> None:
    for person in ("ben", "cem"):
        await site.register(person)
    await paged(site, 1)
    mine = await read(site, ada, "/insights/load")
    assert "<span>3: " in mine
    assert "nobody may be judged by it" in mine
    assert "You have not said when you work and sleep" in mine
    row = re.search(r'Interruptions</th>(<td class="number">[\d.]+</td>){4}', mine)
    assert row
    assert re.findall(r">([\d.]+)<", row[0]) == ["1", "2", "2", "3"]
    assert "People you answer for" not in mine
    assert "Cem" not in mine

    root = await site.browser_of("root", *EVERYTHING)
    everybody = await read(site, root, "/insights/load")
    assert "You were not on call" in everybody
    names = re.findall(r'<th scope="row"><span data-person="(\w+)">', everybody)
    assert names == ["ada", "ben", "cem"]


async def test_a_private_incident_moves_no_insight(site: Site, ada: Browser) -> None:
    await site.register("ben")
    await site.register("cem")
    await paged(site, 1)
    addresses = (*PAGES, "/insights/findings")
    until = 'after_position=[0-9]+|<time.*?</time>|value="[0-9a-f-]{36}"'
    before = [re.sub(until, "", await read(site, ada, one)) for one in addresses]
    await paged(site, 2, private=True)
    after = [re.sub(until, "", await read(site, ada, one)) for one in addresses]
    assert [one.partition("<main")[2] for one in after] == [
        one.partition("<main")[2] for one in before
    ]


async def test_where_nothing_happened_the_page_says_why_it_is_empty(
    site: Site, ada: Browser
) -> None:
    for address, words in (
        ("/insights/load", "Nobody was on call in 2020-Q1"),
        ("/insights/alerts", "No alert opened an incident in 2020-Q1"),
        ("/insights/responses", "Nothing was responded to in 2020-Q1"),
    ):
        assert words in await read(site, ada, f"{address}?quarter=2020-Q1")


@pytest.mark.parametrize("address", PAGES)
async def test_a_quarter_that_there_is_not_is_refused_at_its_field(
    ada: Browser, address: str
) -> None:
    refused = await ada.get(f"{address}?quarter=2026-Q7")
    assert refused.status_code == 422
    assert 'id="wrong-quarter"' in refused.text
    past = await ada.get(f"{address}?as_of=1")
    assert past.status_code == 422
    assert "only known as they are now" in past.text


async def test_responses_and_alerts_of_this_quarter_are_counted(site: Site, ada: Browser) -> None:
    await site.api.declare(title="Checkout fails", severity="SEV1")
    this = quarter_at(site.people.now, "UTC").name
    shown = await read(site, ada, f"/insights/responses?quarter={this}&zone=UTC")
    assert f"1 incident declared in {this}" in shown
    assert "Every mandatory role was filled in time" in shown


async def lived(site: Site) -> None:
    """Let Ada take and end twenty incidents, and Ben one."""
    for number in range(1, 22):
        life = Life(number=number, by="responder:ada" if number > 1 else "responder:ben")
        now = datetime.now(UTC)
        declared = replace(life.declared(), declared_at=now - timedelta(days=1))
        acts = [life.acknowledged(1), life.mitigated(2), life.resolved(3)]
        await tell(site.api.log, incident_stream(life.incident_id), declared, *acts)


async def test_a_finding_leads_to_its_incidents_and_an_admin_answers_it(
    site: Site, ada: Browser
) -> None:
    await site.register("ben")
    await lived(site)
    shown = await read(site, ada, "/insights/findings")
    for pattern in ("Hero culture", "Alert fatigue", "Blame", "No postmortems", "theatre"):
        assert pattern in shown
    assert "There is no total" in shown
    assert "/answer" not in shown, "who may not answer has no form"

    root = await site.browser_of("root", *EVERYTHING)
    found = await read(site, root, "/insights/findings")
    measure = re.search(r'action="/insights/findings/(\w+)/answer"', found)
    assert measure, found
    assert 'href="/incidents/INC-' in found
    where = f"/insights/findings/{measure[1]}/answer"
    about = re.search(re.escape(where) + r'".*?name="about" value="([^"]+)"', found, re.DOTALL)
    fields = {"about": about[1]} if about and measure[1] == "bus_factor" else {}
    late = await root.send(where, command="1", reason="Soon", until="2099-01-01", **fields)
    assert late.status_code == 422
    assert "at most a year ahead" in late.text
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    reason = "Two people <b>join</b>"
    answered = await root.send(where, command="2", reason=reason, until=day, **fields)
    assert answered.status_code == 200, answered.text
    assert "Two people &lt;b&gt;join&lt;/b&gt;" in answered.text
    assert "Answer anew" in answered.text
    eve = await site.browser_of("eve", ApiScope.OBSERVER)
    assert "Two people" in await read(site, eve, "/insights/findings")


async def test_a_manager_has_the_team_asked_once_a_week_and_not_any_more(site: Site) -> None:
    await site.register("dan")
    body = {"name": "Payments", "members": [{"responder_id": "dan", "manager": True}]}
    assert (await site.api.http.put("/v1/teams/payments", json=body)).is_success
    await site.settled("teams")
    address, where = "/insights/findings?team=payments", "/insights/findings/teams/payments"
    switch = f'action="{where}/weekly-questions?team=payments"'
    ben = await site.browser_of("ben", ApiScope.RESPONDER)
    shown = await read(site, ben, address)
    assert "Team Payments is not asked every week" in shown
    assert switch not in shown, "who may not switch it has no form"
    refused = await ben.send(f"{where}/weekly-questions?team=payments", command="1", weekly="yes")
    assert refused.status_code == 403
    assert "Team Payments is not asked every week" in refused.text

    dan = await site.browser_of("dan", ApiScope.RESPONDER)
    assert switch in await read(site, dan, address)
    told = await dan.send(f"{where}/weekly-questions?team=payments", command="2", weekly="yes")
    assert told.status_code == 200, told.text
    assert "Team Payments is asked once a week" in await read(site, ben, address)
    assert "Stop asking every week" in told.text
    told = await dan.send(f"{where}/weekly-questions?team=payments", command="3")
    assert "Team Payments is not asked every week" in told.text
    assert "asked every week" not in await read(site, dan, "/insights/findings")


async def test_what_is_found_of_a_person_names_them_to_few(site: Site, ada: Browser) -> None:
    await site.register("ben")
    await lived(site)
    eve = await site.browser_of("eve", ApiScope.OBSERVER)
    assert "One person took" in await read(site, eve, "/insights/findings")
    root = await site.browser_of("root", *EVERYTHING)
    assert "ada took" in await read(site, root, "/insights/findings")
