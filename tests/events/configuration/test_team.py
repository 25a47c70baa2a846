"""A team names each of its people once, and is what it was last defined as."""

from dataclasses import replace
from datetime import UTC, datetime

from events.actor import Actor
from events.configuration.team import DefineTeam, Member, TeamDefined, TeamRefused
from events.ids import ResponderId, TeamId
from events.on_call.zones import UnknownZone
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ADA = Member(responder_id=ResponderId("ada"), manager=True)
BEN = Member(responder_id=ResponderId("ben"), manager=False)

define = DefineTeam(
    team_id=TeamId("payments"),
    name="Payments",
    members=(ADA, BEN),
    actor=Actor(principal="api_key:root", is_admin=True),
    at=NOW,
)
defined = TeamDefined(
    team_id=define.team_id,
    name=define.name,
    members=define.members,
    defined_by="api_key:root",
    defined_at=NOW,
)


def test_a_team_is_defined_once_and_again_when_somebody_leaves_it() -> None:
    given().when(define).then(defined)
    given(defined).when(define).then_nothing()
    given(defined).when(replace(define, members=(ADA,))).then(replace(defined, members=(ADA,)))


def test_a_team_has_a_zone_that_there_is_or_none() -> None:
    there = replace(define, zone="Europe/Berlin")
    given(defined).when(there).then(replace(defined, zone="Europe/Berlin"))
    for nowhere in ("Europe/Bonn", "", "UTC+1"):
        given().when(replace(define, zone=nowhere)).refused(UnknownZone, "is not a time zone")


def test_nobody_is_in_a_team_twice() -> None:
    manager_too = replace(define, members=(ADA, BEN, replace(BEN, manager=True)))
    given().when(manager_too).refused(TeamRefused, "twice: ben")
