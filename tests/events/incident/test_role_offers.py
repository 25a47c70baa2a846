"""A role changes hands when the other one says yes, and its holder keeps it until then."""

from dataclasses import replace

import pytest

from events.actor import Actor
from events.errors import (
    CommanderPresent,
    NotTheCommander,
    ReasonRequired,
    RoleNotHeld,
    RoleNotOffered,
    RoleOfferedAlready,
    RolesConflict,
)
from events.ids import ResponderId
from events.incident.decide import incident_decider
from events.incident.roles.commands import (
    AcceptRole,
    AssignRole,
    DeclineRole,
    OfferRole,
    ReplaceCommander,
    UnassignRole,
    WithdrawRoleOffer,
)
from events.incident.roles.events import (
    IncidentCommanderOverridden,
    Role,
    RoleAccepted,
    RoleDeclined,
    RoleHandedOver,
    RoleOffered,
    RoleOfferWithdrawn,
    RoleUnassigned,
    spoken,
)
from events.values.severity import Impact, Scope, Severity
from tests.events.incident.story import (
    ANA,
    BEN,
    CEM,
    INC_7,
    NOW,
    admin,
    after,
    ana,
    ana_commands,
    assign,
    assigned,
    ben,
    cem,
    declared,
    joined,
    robot,
    triaged,
)
from tests.events.incident.test_roles import handed_over
from tests.given import given

SEV1 = replace(
    triaged,
    impact=Impact.COMPLETE_LOSS,
    scope=Scope.WIDESPREAD,
    severity=Severity.SEV1,
)
ben_is_in = joined(BEN, "responder:ana")


def offer(to: ResponderId = BEN, role: str = Role.COMMANDER, actor: Actor = ana) -> OfferRole:
    return OfferRole(role=role, to_responder_id=to, actor=actor, at=NOW)


def accept(actor: Actor = ben, role: str = Role.COMMANDER) -> AcceptRole:
    return AcceptRole(role=role, actor=actor, at=NOW)


def offered(role: str = Role.COMMANDER) -> RoleOffered:
    return RoleOffered(
        incident_id=INC_7,
        role=role,
        from_responder_id=ANA,
        to_responder_id=BEN,
        offered_by="responder:ana",
        offered_at=NOW,
    )


accepted = RoleAccepted(
    incident_id=INC_7,
    role=Role.COMMANDER,
    responder_id=BEN,
    accepted_by="responder:ben",
    accepted_at=NOW,
)
taken_over = handed_over(Role.COMMANDER, ANA, BEN, "responder:ben")


def test_until_the_offer_is_accepted_the_holder_keeps_the_role() -> None:
    given(declared, *ana_commands).when(offer()).then(offered())
    incident = incident_decider.fold([declared, *ana_commands, offered()])
    assert incident.roles == {Role.COMMANDER: ANA}


def test_accepting_brings_the_new_holder_in_and_hands_the_role_over() -> None:
    given(declared, *ana_commands, offered()).when(accept()).then(
        joined(BEN, "responder:ben"), accepted, taken_over
    )
    incident = incident_decider.fold([declared, *ana_commands, offered(), accepted, taken_over])
    assert incident.roles == {Role.COMMANDER: BEN}
    assert not incident.staffing.offers


def test_accepting_twice_is_accepting_once() -> None:
    given(declared, *ana_commands, offered(), accepted, taken_over).when(accept()).then_nothing()


@pytest.mark.parametrize("actor", [ana, cem, admin, robot])
def test_nobody_answers_for_whoever_was_asked(actor: Actor) -> None:
    story = given(declared, *ana_commands, assigned(Role.SCRIBE, ANA), offered(Role.SCRIBE))
    if actor is not ana:
        story.when(accept(actor, Role.SCRIBE)).refused(RoleNotOffered, "offered to ben")
    story.when(DeclineRole(role=Role.SCRIBE, reason=None, actor=actor, at=NOW)).refused(
        RoleNotOffered, "offered to ben"
    )


def test_what_nobody_offered_cannot_be_accepted() -> None:
    given(declared, *ana_commands).when(accept()).refused(RoleNotOffered, "offered to nobody")


def test_a_declined_offer_leaves_everything_as_it_was() -> None:
    declined = RoleDeclined(
        incident_id=INC_7,
        role=Role.COMMANDER,
        responder_id=BEN,
        reason="I am on a train.",
        declined_by="responder:ben",
        declined_at=NOW,
    )
    no = DeclineRole(role=Role.COMMANDER, reason="I am on a train.", actor=ben, at=NOW)
    given(declared, *ana_commands, offered()).when(no).then(declined)
    given(declared, *ana_commands, offered(), declined).when(accept()).refused(RoleNotOffered)
    given(declared, *ana_commands, offered(), declined).when(offer()).then(offered())


def test_an_offer_can_be_taken_back_by_whoever_may_dispose_of_the_role() -> None:
    withdraw = WithdrawRoleOffer(role=Role.COMMANDER, actor=ana, at=NOW)
    withdrawn = RoleOfferWithdrawn(
        incident_id=INC_7,
        role=Role.COMMANDER,
        responder_id=BEN,
        withdrawn_by="responder:ana",
        withdrawn_at=NOW,
    )
    given(declared, *ana_commands, offered()).when(withdraw).then(withdrawn)
    given(declared, *ana_commands, offered(), withdrawn).when(withdraw).then_nothing()
    bystander = WithdrawRoleOffer(role=Role.COMMANDER, actor=cem, at=NOW)
    given(declared, *ana_commands, offered()).when(bystander).refused(NotTheCommander)


def test_a_role_is_offered_to_one_person_at_a_time() -> None:
    given(declared, *ana_commands, offered()).when(offer()).then_nothing()
    given(declared, *ana_commands, offered()).when(offer(CEM)).refused(
        RoleOfferedAlready, "offered to ben", allowed=["withdraw_role_offer"]
    )


def test_a_bystander_offers_nothing_and_what_nobody_holds_cannot_be_offered() -> None:
    given(declared, *ana_commands).when(offer(actor=cem)).refused(NotTheCommander, "Only ana")
    given(declared).when(offer()).refused(RoleNotHeld, allowed=["assign_role"])


def test_the_commander_takes_a_role_from_its_holder_without_asking_themselves() -> None:
    given(declared, *ana_commands, ben_is_in, assigned(Role.SCRIBE, BEN)).when(
        offer(ANA, Role.SCRIBE)
    ).then(handed_over(Role.SCRIBE, BEN, ANA, "responder:ana"))


def test_an_offer_lapses_when_the_role_goes_elsewhere() -> None:
    elsewhere = handed_over(Role.COMMANDER, ANA, CEM, "api_key:root")
    given(declared, *ana_commands, offered(), elsewhere).when(accept()).refused(RoleNotOffered)


def test_a_role_of_ones_own_is_a_role_like_the_others() -> None:
    role = "customer-liaison"
    given(declared).when(assign(role, BEN, ben)).then(
        joined(BEN, "responder:ben"), assigned(role, BEN, "responder:ben")
    )


def vacate(actor: Actor, reason: str | None = None) -> UnassignRole:
    return UnassignRole(role=Role.COMMANDER, reason=reason, actor=actor, at=NOW)


def test_a_role_that_is_laid_down_can_be_taken_by_anybody() -> None:
    unassigned = RoleUnassigned(
        incident_id=INC_7,
        role=Role.COMMANDER,
        responder_id=ANA,
        reason="Off to bed.",
        unassigned_by="responder:ana",
        unassigned_at=NOW,
    )
    given(declared, *ana_commands).when(vacate(ana, "Off to bed.")).then(unassigned)
    given(declared, *ana_commands, unassigned).when(vacate(ana)).then_nothing()
    given(declared, *ana_commands, unassigned).when(assign(Role.COMMANDER, BEN, ben)).then(
        joined(BEN, "responder:ben"), assigned(Role.COMMANDER, BEN, "responder:ben")
    )
    given(declared, *ana_commands).when(vacate(ben)).refused(NotTheCommander, "Only ana")


two_people = IncidentCommanderOverridden(
    incident_id=INC_7,
    action="two_people",
    commander=ANA,
    reason="I am alone.",
    overridden_by="responder:ana",
    overridden_at=NOW,
)


@pytest.mark.parametrize(
    ("held", "wanted"),
    [(Role.COMMANDER, Role.OPERATIONS), (Role.OPERATIONS, Role.COMMANDER)],
)
def test_on_a_sev1_nobody_commands_and_mends_at_once(held: Role, wanted: Role) -> None:
    road = (declared, SEV1, joined(ANA, "responder:ana"), assigned(held, ANA))
    given(*road).when(assign(wanted, ANA)).refused(RolesConflict, f"ana is {spoken(held)}")


def test_it_may_be_forced_and_the_log_says_so() -> None:
    forced = AssignRole(
        role=Role.OPERATIONS,
        responder_id=ANA,
        actor=ana,
        at=NOW,
        reason="I am alone.",
        force=True,
    )
    given(declared, SEV1, *ana_commands).when(forced).then(
        two_people, assigned(Role.OPERATIONS, ANA)
    )
    silent = AssignRole(role=Role.OPERATIONS, responder_id=ANA, actor=ana, at=NOW, force=True)
    given(declared, SEV1, *ana_commands).when(silent).refused(ReasonRequired)


def test_on_a_lesser_incident_one_person_may_do_both() -> None:
    given(declared, triaged, *ana_commands).when(assign(Role.OPERATIONS, ANA)).then(
        assigned(Role.OPERATIONS, ANA)
    )


def test_the_two_roles_stay_with_two_people_also_when_one_is_offered() -> None:
    road = (declared, SEV1, *ana_commands, ben_is_in, assigned(Role.OPERATIONS, BEN))
    given(*road).when(offer(BEN)).refused(RolesConflict, "ben is operations")
    given(*road, offered()).when(accept()).refused(RolesConflict)


def take_over(actor: Actor = ben, minutes: float = 15, reason: str = "Ana is gone.") -> object:
    return ReplaceCommander(reason=reason, actor=actor, at=after(minutes))


def test_a_commander_who_was_heard_of_a_moment_ago_is_not_replaced() -> None:
    refusal = (
        given(declared, *ana_commands)
        .when(take_over(minutes=14))
        .refused(CommanderPresent, "last active at 09:00:00", allowed=["offer_role"])
    )
    assert refusal.facts["take_over_at"] == after(15).isoformat()


def test_whatever_the_commander_does_is_a_sign_of_life() -> None:
    given(declared, *ana_commands, assigned(Role.SCRIBE, ANA), triaged).when(
        take_over(minutes=14)
    ).refused(CommanderPresent)


def test_a_commander_who_is_silent_too_long_is_replaced_with_a_reason() -> None:
    came, overridden, passed = given(declared, *ana_commands).when(take_over()).decide()
    assert isinstance(overridden, IncidentCommanderOverridden)
    assert (overridden.action, overridden.commander) == ("command", ANA)
    assert came == joined(BEN, "responder:ben", after(15))
    assert isinstance(passed, RoleHandedOver)
    assert passed.to_responder_id == BEN
    given(declared, *ana_commands).when(take_over(reason=" ")).refused(ReasonRequired)


def test_an_admin_replaces_a_commander_at_once() -> None:
    cem_the_admin = Actor(principal="api_key:cem", responder_id=CEM, is_admin=True)
    assert given(declared, *ana_commands).when(take_over(cem_the_admin, 0)).decide()


def test_a_key_that_speaks_for_nobody_cannot_command() -> None:
    given(declared, *ana_commands).when(take_over(admin)).refused(
        NotTheCommander, "acts for no responder", allowed=["hand_over_role"]
    )


def test_command_that_nobody_has_is_taken_and_not_taken_over() -> None:
    given(declared).when(take_over()).refused(RoleNotHeld, allowed=["assign_role"])


def test_the_commander_commands_already() -> None:
    given(declared, *ana_commands).when(take_over(ana)).then_nothing()
