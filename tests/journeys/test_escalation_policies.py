"""A policy in all its parts, on the real servers: who is mailed, in which order, and who is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.freezing import frozen
from tests.journeys.team import Team
from tests.journeys.test_fallback_pager import about
from tests.journeys.test_schedules import alternating, of_their_team, on_call_at, written

pytestmark = [pytest.mark.stack, pytest.mark.journey]

PATIENT = 600  # seconds: whatever comes sooner did not wait for it


async def person(team: Team, name: str, kind: str = "person") -> str:
    """Make somebody known, or a channel, who is reached by mail; return their id."""
    who = f"{name}-{team.name}"
    email = {"channel": "email", "address": f"{who}@example.com"}
    body = {"name": who, "kind": kind, "contact_methods": [email]}
    await team.put(f"/v1/responders/{who}", body)
    return who


def level(*targets: dict[str, str], seconds: int = PATIENT, **more: str) -> dict[str, Any]:
    return {"targets": list(targets), "escalation_timeout_seconds": seconds, **more}


def responder(who: str) -> dict[str, str]:
    return {"responder_id": who}


async def pages_by(team: Team, *levels: dict[str, Any], **more: Any) -> None:
    """Have the team's service page by these levels."""
    policy = {"name": "On call", "levels": levels, "repeats": 0, **more}
    await team.put(f"/v1/escalation-policies/{team.service}", policy)


async def mailed(mail: MailServer, reference: str, number: int, within: float = 30) -> list[str]:
    """Return who got mail about an incident, in order, once it is so many."""

    async def look() -> list[str] | None:
        found = [str(one["to"]).rpartition("@")[0] for one in about(mail, reference)]
        names = [one.rpartition("<")[2] for one in found]
        return names if len(names) >= number else None

    return await eventually(f"{number} mails about {reference}", look, within=within)


async def test_levels_go_from_who_is_on_call_to_the_next_a_team_and_a_channel_and_end_in_another(
    team: Team, mail: MailServer
) -> None:
    cem, room = await person(team, "cem"), await person(team, "room", "channel")
    managers = await person(team, "managers", "channel")
    schedule = {"schedule_id": team.service}
    rota = await team.put(f"/v1/schedules/{team.service}", alternating(team.ada, team.grace))
    [first] = await on_call_at(team, datetime.now(UTC), after_position=rota["position"])
    [second] = {team.ada, team.grace} - {first}
    members = [responder(cem)]
    await team.put(f"/v1/teams/{team.service}", {"name": "Payments", "members": members})
    await pages_by(
        team,
        level(schedule, seconds=3),
        level({**schedule, "turn": "next"}, seconds=3),
        level({"team_id": team.service}, responder(room), seconds=3),
        level(responder(room)),
        on_exhausted=[responder(managers)],
    )
    reference = (await team.declare())["reference"]
    happened = await team.happens(reference, "escalation.exhausted")
    assert happened.count("page.level_reached") == 4
    assert happened.count("page.timed_out") == 3  # nobody is waited for where a channel is told
    names = await mailed(mail, reference, 6)
    assert names[:2] == [first, second]
    assert sorted(names[2:4]) == sorted([cem, room])
    assert sorted(names[4:]) == sorted([room, managers])  # nobody is waited for in between
    subjects = [str(one["subject"]) for one in about(mail, reference)]
    assert any("Nobody has answered" in one for one in subjects[4:])


async def test_a_level_in_a_gap_is_left_at_once_its_owner_is_told_and_another_policy_goes_on(
    team: Team, mail: MailServer
) -> None:
    boss = await person(team, "boss")
    body = {"name": "Payments", "members": [responder(boss) | {"manager": True}]}
    await team.put(f"/v1/teams/{team.service}", body)
    gap: dict[str, Any] = alternating(team.ada) | {"team_id": team.service}
    gap["layers"][0]["rotation"]["slots"] = [[]]
    await team.put(f"/v1/schedules/{team.service}", gap)
    second = {"name": "Second", "levels": [level(responder(team.grace))]}
    await team.put(f"/v1/escalation-policies/second-{team.name}", second)
    await pages_by(team, level({"schedule_id": team.service}), hand_over_to=f"second-{team.name}")
    reference = (await team.declare())["reference"]
    names = await mailed(mail, reference, 2)
    assert sorted(names) == sorted([boss, team.grace])
    [to_boss] = [one for one in about(mail, reference) if boss in str(one["to"])]
    assert "Nobody on level 1 can be paged" in str(to_boss["subject"])
    happened = await team.happens(reference, "page.level_reached")
    assert happened.count("page.level_empty") == 1
    assert "page.timed_out" not in happened


async def test_two_incidents_go_to_two_people_of_a_level_that_takes_turns(
    team: Team, mail: MailServer
) -> None:
    both = [responder(team.ada), responder(team.grace)]
    await pages_by(team, level(*both, assign="round_robin"))
    names: list[str] = []
    for _ in range(3):
        reference = (await team.declare())["reference"]
        names += await mailed(mail, reference, 1)
    assert names == [team.ada, team.grace, team.ada]


async def test_a_level_that_all_are_to_acknowledge_asks_on_whoever_has_not(
    team: Team, mail: MailServer
) -> None:
    both = [responder(team.ada), responder(team.grace)]
    await pages_by(team, level(*both, acknowledge="all"))
    reference = (await team.declare())["reference"]
    assert sorted(await mailed(mail, reference, 2)) == sorted([team.ada, team.grace])
    assert (await team.give(reference, "acknowledgement", by=team.ada)).status_code == 200
    assert (await mailed(mail, reference, 3))[2:] == [team.grace]
    assert "Acknowledge too" in str(about(mail, reference)[-1]["subject"])
    assert (await team.give(reference, "acknowledgement", by=team.grace)).status_code == 200
    await team.happens(reference, "incident.page_answered")
    shown = await team.sees(reference, lambda one: one["held_by"])
    assert shown["held_by"] == f"responder:{team.ada}"


async def test_while_temporal_is_frozen_whoever_is_on_call_at_that_moment_is_paged(
    team: Team, mail: MailServer, system: Stack
) -> None:
    assert system.temporal is not None
    schedule = f"/v1/schedules/{team.service}"
    await team.put(schedule, await of_their_team(team, alternating(team.ada, team.ada)))
    await pages_by(team, level({"schedule_id": team.service}))
    with frozen(system.temporal.running.pid):
        reference = (await team.declare("Declared while ada is on call"))["reference"]
        begins = datetime.now(UTC) + timedelta(seconds=4)
        times = {"starts_at": written(begins), "ends_at": written(begins + timedelta(hours=1))}
        change = {**times, "off": team.ada, "on": team.grace}
        made = await team.post(f"{schedule}/overrides", change, by=team.grace)
        assert made.status_code == 201, made.text
        names = await mailed(mail, reference, 1, within=45)
    assert names == [team.grace]
    happened = await team.happens(reference, "delivery.sent")
    assert happened.count("page.level_reached") == 1
    assert await mailed(mail, reference, 1) == [team.grace]
