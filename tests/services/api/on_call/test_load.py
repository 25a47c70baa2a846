"""What on call takes of people is told by their own clocks, and by name only to whom it may be."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from events.ids import DeliveryId, IncidentId, ResponderId, ScheduleId, incident_stream
from events.incident.modes import Mode
from events.on_call.layer import Frequency, Layer, Rotation
from events.on_call.rota import HolidayCalendar
from events.schedule.commands import DefineSchedule
from events.schedule.decide import schedule_decider
from tests.projections.metrics.histories import Life
from tests.projections.stories import Story, tell
from tests.services.api.on_call.rotas import ADA, BEN, BOSS, CEM, Rota, projecting, team

__all__ = ["projecting", "team"]  # fixtures

pytestmark = pytest.mark.stack

PATH = "/v1/metrics/load"
NOVEMBER = {"from": "2026-11-16T08:00:00Z", "until": "2026-12-01T08:00:00Z"}


def day(number: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, number, hour, minute, tzinfo=UTC)


async def incident(team: Rota, number: int, *, private: bool = False, **how: Any) -> Story:
    life = Life(number=number)
    declared = replace(life.declared(**how), declared_at=day(16, 8))
    secret = [life.privacy(0, so_declared=True)] if private else []
    await tell(team.log, incident_stream(life.incident_id), declared, *secret)
    return Story(IncidentId(life.incident_id), f"INC-{number}")


async def paged(team: Rota, story: Story, who: ResponderId, at: datetime, *channels: str) -> None:
    messages = [
        replace(
            story.sent(who),
            sent_at=at,
            channel=channel,
            delivery_id=DeliveryId(story.delivery_id(f"{who}{at}{channel}")),
        )
        for channel in channels or ("push",)
    ]
    await tell(team.log, f"page-{story.page_id}", *messages)


async def fortnight(team: Rota) -> Story:
    """Let Ada, Ben and Cem have five days each, and pages come: to Ada twice in one night."""
    rotation = Rotation(
        slots=((ADA,), (BEN,), (CEM,)),
        first_hand_off=date(2026, 11, 16),
        hand_off_at=time(9),
        frequency=Frequency.DAILY,
    )
    define = DefineSchedule(
        schedule_id=ScheduleId("shop"),
        name="Shop",
        team_id=None,
        zone="Europe/Berlin",
        layers=(Layer(layer_id="first", name="First", rotation=rotation),),
        holidays=HolidayCalendar(),
        actor=BOSS,
        at=day(15, 8),
    )
    await team.store(schedule_decider, "schedule-shop", define)
    berlin = {"zone": "Europe/Berlin"}
    said = await team.http.put("/v1/responders/ada/hours", json=berlin, headers=team.headers["ada"])
    assert said.status_code == 200, said.text
    story = await incident(team, 1)
    await paged(team, story, ADA, day(16, 21, 30), "push", "sms", "voice")  # 22:30 in Berlin
    await paged(team, story, ADA, day(17, 3))
    await paged(team, story, BEN, day(17, 10))
    return story


async def asked(site: Rota, by: str = "admin", **query: str) -> dict[str, Any]:
    answer = await site.read(PATH, by=by, **NOVEMBER, **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_load_is_told_by_each_persons_own_clock(team: Rota) -> None:
    await fortnight(team)
    found = await asked(team, schedule="shop")
    ada, ben, cem = found["people"]
    assert (ada["interruptions"], ada["sleep"], ada["broken_nights"]) == (2, 2, 1)
    assert (ada["messages"], ada["disrupted_hours"], ada["hours_said"]) == (4, 2, True)
    assert (ben["work"], ben["broken_nights"], ben["hours_said"]) == (1, 0, False)
    assert (cem["interruptions"], cem["per_12_hours"]) == (0, 0)
    assert found["without_hours"] == 2
    assert ada["on_call_hours"] > 120, "the other rotation counts, too"
    [shop] = found["rotations"]
    assert (shop["people"], shop["interruptions"], shop["equal_hours"]) == (3, 3, 120)
    assert (shop["balance"], shop["interruption_balance"]) == (100, 16)
    assert [share["of_equal"] for share in shop["shares"]] == [1, 1, 1]
    [payments] = (await asked(team))["teams"]
    assert (payments["people"], payments["interruptions"], payments["sleep"]) == (3, 3, 2)


async def test_whose_a_number_is_each_sees_of_their_own_and_managers_of_their_team(
    team: Rota,
) -> None:
    await fortnight(team)
    named = {
        who: [one["responder_id"] for one in (await asked(team, who, team="payments"))["people"]]
        for who in ("admin", "dan", "ada", "observer")
    }
    assert named == {
        "admin": ["ada", "ben", "cem"],
        "dan": ["ada", "ben", "cem"],  # manages them
        "ada": ["ada"],
        "observer": [],
    }
    others = await asked(team, "observer")
    assert others["people_counted"] == 3
    assert others["spread"]["interruptions"] == {
        "people": 3,
        "least": 0,
        "median": 1,
        "most": 2,
        "mean": 1,
    }
    assert [one["shares"] for one in others["rotations"]] == [[], []]


async def test_of_two_people_no_spread_is_told_for_one_would_be_known_from_it(team: Rota) -> None:
    story = await incident(team, 1)
    await paged(team, story, ADA, day(16, 12))
    await paged(team, story, BEN, day(16, 12))
    found = await asked(team, "observer")
    assert (found["people_counted"], found["spread"]["interruptions"]) == (2, None)


async def test_a_private_incident_moves_no_number_of_anybody_and_a_drill_interrupts_nobody(
    team: Rota,
) -> None:
    story = await fortnight(team)
    before = {who: await asked(team, who) for who in ("admin", "ada", "observer")}
    secret = await incident(team, 2, private=True)
    for at in (day(16, 21, 25), day(17, 2, 55), day(20, 12)):  # two of them just before others
        await paged(team, secret, ADA, at)
    await paged(team, await incident(team, 3, mode=Mode.DRILL), CEM, day(20, 12))
    assert {who: await asked(team, who) for who in before} == before
    await paged(team, story, CEM, day(20, 12))
    assert await asked(team, "observer") != before["observer"]


async def test_a_rotation_that_is_not_there_is_named_and_the_past_is_a_window(team: Rota) -> None:
    unknown = await team.read(PATH, schedule="nowhere")
    assert unknown.status_code == 422
    assert "There is no schedule nowhere." in unknown.text
    past = await team.http.get(PATH, params={"as_of": "1"}, headers=team.headers["ada"])
    assert past.status_code == 422
