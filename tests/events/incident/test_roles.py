"""Who holds a role, who may pass it on."""

import pytest

from events.actor import Actor
from events.errors import NotTheCommander, RoleHeld, RoleNotHeld
from events.ids import ResponderId
from events.incident.roles.events import Role, RoleHandedOver
from tests.events.incident.story import (
    ANA,
    BEN,
    CEM,
    INC_7,
    NOW,
    admin,
    ana,
    ana_commands,
    assign,
    assigned,
    ben,
    cem,
    declared,
    hand_over,
    joined,
    robot,
)
from tests.given import given

ben_writes = (joined(BEN, "responder:ana"), assigned(Role.SCRIBE, BEN))


def handed_over(role: Role, giver: ResponderId, taker: ResponderId, by: str) -> RoleHandedOver:
    return RoleHandedOver(
        incident_id=INC_7,
        role=role,
        from_responder_id=giver,
        to_responder_id=taker,
        handed_over_by=by,
        handed_over_at=NOW,
    )


@pytest.mark.parametrize("role", Role)
def test_a_role_that_nobody_holds_can_be_given_and_brings_its_holder_in(role: Role) -> None:
    given(declared).when(assign(role, BEN)).then(joined(BEN, "responder:ana"), assigned(role, BEN))


def test_giving_a_role_to_its_holder_changes_nothing() -> None:
    given(declared, *ben_writes).when(assign(Role.SCRIBE, BEN)).then_nothing()


def test_a_role_somebody_holds_is_handed_over_and_not_assigned() -> None:
    refusal = (
        given(declared, *ben_writes)
        .when(assign(Role.SCRIBE, CEM))
        .refused(RoleHeld, "ben is scribe: hand the role over", allowed=["hand_over_role"])
    )
    assert refusal.facts["holder"] == BEN


def test_one_person_may_hold_two_roles() -> None:
    given(declared, *ana_commands).when(assign(Role.SCRIBE, ANA)).then(assigned(Role.SCRIBE, ANA))


@pytest.mark.parametrize(
    ("actor", "name"),
    [(ben, "responder:ben"), (ana, "responder:ana"), (admin, "api_key:root")],
    ids=["its holder", "the commander", "an admin"],
)
def test_a_role_is_handed_over_by(actor: Actor, name: str) -> None:
    given(declared, *ana_commands, *ben_writes).when(hand_over(Role.SCRIBE, CEM, actor)).then(
        joined(CEM, name), handed_over(Role.SCRIBE, BEN, CEM, name)
    )


def test_handing_a_role_to_its_holder_changes_nothing() -> None:
    given(declared, *ben_writes).when(hand_over(Role.SCRIBE, BEN, cem)).then_nothing()


@pytest.mark.parametrize("actor", [cem, robot], ids=["a bystander", "a key without a person"])
def test_nobody_else_hands_a_role_over(actor: Actor) -> None:
    refusal = (
        given(declared, *ana_commands, *ben_writes)
        .when(hand_over(Role.SCRIBE, CEM, actor))
        .refused(NotTheCommander, "Only ben, who is scribe, or the incident commander", allowed=[])
    )
    assert refusal.facts["commander"] == ANA
    assert "ana is incident commander" in refusal.detail


def test_without_a_commander_a_bystander_is_told_to_fill_that_role_first() -> None:
    given(declared, *ben_writes).when(hand_over(Role.SCRIBE, CEM, cem)).refused(
        NotTheCommander, "nobody is incident commander yet", allowed=["assign_role"]
    )


def test_a_role_nobody_holds_is_assigned_and_not_handed_over() -> None:
    given(declared).when(hand_over(Role.SCRIBE, BEN)).refused(
        RoleNotHeld, "Nobody is scribe: assign the role", allowed=["assign_role"]
    )


def test_command_passes_to_the_next_commander_who_can_pass_it_on() -> None:
    taken_over = handed_over(Role.COMMANDER, ANA, BEN, "responder:ana")
    given(declared, *ana_commands, joined(BEN, "responder:ana")).when(
        hand_over(Role.COMMANDER, BEN)
    ).then(taken_over)
    given(declared, *ana_commands, joined(BEN, "responder:ana"), taken_over).when(
        hand_over(Role.COMMANDER, CEM, ana)
    ).refused(NotTheCommander, "Only ben")
