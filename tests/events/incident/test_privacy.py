"""Who knows of a private incident, who lets them in, and who opens it again."""

from dataclasses import replace
from uuid import UUID

from events.actor import Actor
from events.errors import (
    IncidentEnded,
    IncidentNotPrivate,
    MemberHoldsRole,
    NotTheCommander,
    ReasonRequired,
    RemovedFromIncident,
)
from events.ids import IncidentId, ResponderId, page_id_for
from events.incident.commands import AcknowledgeIncident
from events.incident.decide import incident_decider
from events.incident.pages.commands import RequestPage
from events.incident.privacy.commands import (
    AddMember,
    MakeIncidentPrivate,
    MakeIncidentPublic,
    RemoveMember,
)
from events.incident.privacy.events import (
    IncidentMemberAdded,
    IncidentMemberRemoved,
    IncidentPrivacyChanged,
)
from events.incident.relations.commands import AbsorbDuplicate
from events.incident.roles.events import Role
from events.page.plan import PageTarget
from tests.events.incident.story import (
    ANA,
    BEN,
    CEM,
    INC_7,
    NOW,
    acknowledged_by,
    admin,
    ana,
    ana_commands,
    assign,
    assigned,
    ben,
    cem,
    closed,
    declare,
    declared,
    joined,
    robot,
)
from tests.events.incident.story import add as add_responder
from tests.given import given


def private(
    *members: ResponderId, by: str = "responder:ana", reason: str | None = "Breach."
) -> object:
    return IncidentPrivacyChanged(
        incident_id=INC_7,
        private=True,
        members=members,
        reason=reason,
        changed_by=by,
        changed_at=NOW,
    )


opened = IncidentPrivacyChanged(
    incident_id=INC_7,
    private=False,
    members=(),
    reason="Published.",
    changed_by="responder:ana",
    changed_at=NOW,
)


def added(person: ResponderId) -> IncidentMemberAdded:
    return IncidentMemberAdded(
        incident_id=INC_7, responder_id=person, added_by="responder:ana", added_at=NOW
    )


def removed(person: ResponderId, by: str = "responder:ana") -> IncidentMemberRemoved:
    return IncidentMemberRemoved(
        incident_id=INC_7, responder_id=person, removed_by=by, removed_at=NOW
    )


def make_private(actor: Actor = ana, reason: str = "Breach.") -> MakeIncidentPrivate:
    return MakeIncidentPrivate(reason=reason, actor=actor, at=NOW)


def open_up(actor: Actor = ana, reason: str = "Published.") -> MakeIncidentPublic:
    return MakeIncidentPublic(reason=reason, actor=actor, at=NOW)


def add(person: ResponderId, actor: Actor = ana) -> AddMember:
    return AddMember(responder_id=person, actor=actor, at=NOW)


def remove(person: ResponderId, actor: Actor = ana) -> RemoveMember:
    return RemoveMember(responder_id=person, actor=actor, at=NOW)


def members_after(*events: object) -> frozenset[ResponderId]:
    return incident_decider.fold(events).privacy.members  # type: ignore[arg-type]


def test_an_incident_is_private_from_its_declaration_and_known_to_who_declared_it() -> None:
    secret = type(declare)(
        **{name: getattr(declare, name) for name in declare.__slots__}
        | {"private": True, "actor": ana}
    )
    facts = given().when(secret).decide()
    assert facts[1:] == [private(ANA, reason=None)]


def test_a_monitor_that_declares_a_private_incident_is_no_member() -> None:
    secret = replace(declare, private=True)
    facts = given().when(secret).decide()
    assert facts[1:] == [private(by=robot.name, reason=None)]


def test_who_works_on_it_and_who_asks_stay_in_when_it_becomes_private() -> None:
    given(declared, *ana_commands, joined(CEM, "responder:ana")).when(make_private(ben)).then(
        private(ANA, BEN, CEM, by="responder:ben")
    )


def test_private_is_private_already() -> None:
    given(declared, private(ANA)).when(make_private()).then_nothing()


def test_nobody_makes_it_private_without_a_reason() -> None:
    given(declared).when(make_private(reason=" ")).refused(ReasonRequired, "Say why")


def test_the_commander_opens_it_again_and_an_admin_does() -> None:
    story = (declared, *ana_commands, private(ANA))
    given(*story).when(open_up()).then(opened)
    assert len(given(*story).when(open_up(admin)).decide()) == 1
    given(*story).when(open_up(ben)).refused(
        NotTheCommander, "opens a private incident", allowed=["hand_over_role"]
    )


def test_an_open_incident_is_open_already_and_has_no_members_to_add() -> None:
    given(declared).when(open_up(admin)).then_nothing()
    given(declared).when(add(BEN)).refused(IncidentNotPrivate, allowed=["make_private"])
    given(declared).when(remove(BEN, admin)).refused(IncidentNotPrivate)


def test_any_member_lets_somebody_in_once() -> None:
    given(declared, private(ANA, BEN)).when(add(CEM, ben)).then(
        IncidentMemberAdded(
            incident_id=INC_7, responder_id=CEM, added_by="responder:ben", added_at=NOW
        )
    )
    given(declared, private(ANA), added(CEM)).when(add(CEM)).then_nothing()


def test_the_commander_shows_somebody_nothing_any_more_and_everybody_may_leave() -> None:
    story = (declared, *ana_commands, private(ANA, BEN, CEM))
    given(*story).when(remove(CEM)).then(removed(CEM))
    given(*story).when(remove(CEM, cem)).then(removed(CEM, by="responder:cem"))
    given(*story).when(remove(CEM, ben)).refused(NotTheCommander)
    given(*story, removed(CEM)).when(remove(CEM)).then_nothing()


def test_who_was_only_paged_for_it_can_be_removed_too() -> None:
    given(declared, *ana_commands, private(ANA)).when(remove(BEN)).then(removed(BEN))


def test_whoever_holds_a_role_stays_until_it_is_handed_over() -> None:
    story = (declared, *ana_commands, assigned(Role.SCRIBE, BEN), private(ANA, BEN))
    given(*story).when(remove(BEN)).refused(
        MemberHoldsRole, "ben is scribe", allowed=["hand_over_role"]
    )


def test_whoever_joins_or_takes_a_role_sees_it_also_after_being_removed() -> None:
    story = (declared, private(ANA, BEN), removed(BEN))
    assert members_after(*story) == {ANA}
    assert members_after(*story, joined(BEN, "responder:ana")) == {ANA, BEN}
    assert members_after(*story, assigned(Role.SCRIBE, CEM)) == {ANA, CEM}


def test_who_was_removed_is_let_in_by_others_only() -> None:
    story = (declared, *ana_commands, joined(BEN, "responder:ana"), private(ANA, BEN), removed(BEN))
    for command in (
        AcknowledgeIncident(actor=ben, at=NOW),
        AcknowledgeIncident(actor=ben, at=NOW, page_id=page_id_for(INC_7, 1)),
        assign(Role.SCRIBE, BEN, ben),
        add(BEN, ben),
        add_responder(BEN, ben),
        open_up(ben),
    ):
        given(*story).when(command).refused(
            RemovedFromIncident, "ben was removed", allowed=["add_member"]
        )
    given(*story).when(add_responder(BEN, ana)).then(joined(BEN, "responder:ana"))
    assert members_after(*story, joined(BEN, "responder:ana")) == {ANA, BEN}


def test_an_admin_who_speaks_for_somebody_removed_lets_them_in_first() -> None:
    for_ben = replace(admin, responder_id=BEN)
    story = (declared, private(ANA), removed(BEN))
    given(*story).when(AcknowledgeIncident(actor=for_ben, at=NOW)).refused(RemovedFromIncident)
    given(*story).when(add(BEN, for_ben)).then(replace(added(BEN), added_by=for_ben.name))


def test_a_page_cannot_be_requested_for_somebody_who_was_removed() -> None:
    page = RequestPage(ask="Come", target=PageTarget(responder_ids=(BEN,)), actor=ana, at=NOW)
    given(declared, private(ANA), removed(BEN)).when(page).refused(RemovedFromIncident)


def test_a_merge_brings_its_people_but_nobody_who_was_removed() -> None:
    absorb = AbsorbDuplicate(
        duplicate_incident_id=IncidentId(UUID(int=9)),
        duplicate_reference="INC-9",
        drill=False,
        responders=(BEN, CEM),
        reason="The same breach.",
        actor=ana,
        at=NOW,
    )
    facts = given(declared, private(ANA, BEN), removed(BEN)).when(absorb).decide()
    assert facts[1:] == [joined(CEM, "responder:ana")]


def test_who_has_the_incident_is_removed_once_somebody_else_has_it() -> None:
    story = (declared, private(ANA, BEN), acknowledged_by("responder:ben"))
    given(*story).when(remove(BEN, admin)).refused(
        MemberHoldsRole, "somebody else has to take it first", allowed=["acknowledge"]
    )
    given(*story, acknowledged_by("responder:ana")).when(remove(BEN, admin)).then(
        removed(BEN, by=admin.name)
    )


def test_who_was_removed_stays_so_while_everybody_may_know_of_it() -> None:
    story = (declared, private(ANA, BEN), removed(BEN), opened, private(ANA))
    assert incident_decider.fold(story).privacy.removed == {BEN}  # type: ignore[arg-type]
    again = (declared, private(ANA), removed(BEN), opened, joined(BEN, "responder:ben"))
    assert not incident_decider.fold(again).privacy.removed  # type: ignore[arg-type]


def test_members_of_an_earlier_private_time_are_not_members_of_the_next() -> None:
    assert members_after(declared, private(ANA, BEN), opened, private(ANA)) == {ANA}


def test_nothing_changes_after_the_end() -> None:
    given(declared, closed).when(make_private()).refused(IncidentEnded)
    given(declared, private(ANA), closed).when(add(BEN)).refused(IncidentEnded)
