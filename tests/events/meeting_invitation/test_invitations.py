"""Invitations to a meeting: each change told once, and whose calendar may have it is known."""

from typing import Any

from events.delivery.commands import RecordFailed, RecordSent, RecordSuppressed
from events.delivery.events import IntendedDelivery
from events.ids import ResponderId, invitation_id_for
from events.meeting_invitation.commands import PlanInvitations
from events.meeting_invitation.decide import invitation_decider as rules
from events.meeting_invitation.events import MeetingInvitationPlanned
from events.meeting_invitation.method import Method, about_of, read_about
from events.meeting_invitation.state import Invitations
from tests.events.postmortem.story import ANA, BEN, INC_7, NOW
from tests.given import given as given_events

REQUEST, CANCEL = Method.REQUEST, Method.CANCEL


def mail(who: ResponderId, sequence: int, method: Method = REQUEST) -> IntendedDelivery:
    return IntendedDelivery(
        delivery_id=invitation_id_for(INC_7, about_of(sequence, method), who, "email", 0),
        responder_id=who,
        channel="email",
        address=0,
    )


def planned(sequence: int, *deliveries: IntendedDelivery, method: Method = REQUEST) -> Any:
    return MeetingInvitationPlanned(
        incident_id=INC_7,
        sequence=sequence,
        method=method,
        deliveries=deliveries,
        planned_at=NOW,
    )


def plan(sequence: int, *invited: IntendedDelivery, off: Any = ()) -> PlanInvitations:
    return PlanInvitations(
        incident_id=INC_7, sequence=sequence, invitations=invited, cancellations=off, at=NOW
    )


def given(*events: object) -> Any:
    return given_events(*events, by=rules)


def sent(one: IntendedDelivery) -> RecordSent:
    return RecordSent(delivery_id=one.delivery_id, attempts=1, provider_id=None, at=NOW)


def known_after(*commands: Any) -> Invitations:
    known = rules.initial
    for command in commands:
        known = rules.fold(rules.decide(command, known), known)
    return known


def test_each_change_is_told_once_and_never_an_older_one() -> None:
    first, second = planned(0, mail(ANA, 0)), planned(1, mail(ANA, 1))
    given().when(plan(0, mail(ANA, 0))).then(first)
    given(first).when(plan(0, mail(ANA, 0))).then_nothing()
    given(first, second).when(plan(0, mail(ANA, 0))).then_nothing()
    given(first).when(plan(1, mail(ANA, 1))).then(second)


def test_who_is_struck_off_is_told_beside_who_is_to_come() -> None:
    off = mail(BEN, 1, CANCEL)
    given(planned(0, mail(ANA, 0), mail(BEN, 0))).when(plan(1, mail(ANA, 1), off=(off,))).then(
        planned(1, mail(ANA, 1)), planned(1, off, method=CANCEL)
    )


def test_a_change_that_nobody_can_be_told_of_is_not_planned_again() -> None:
    given().when(plan(0)).then(planned(0))
    given(planned(0)).when(plan(0)).then_nothing()


def test_a_calendar_may_have_what_was_sent_and_what_nobody_knows_the_end_of() -> None:
    first, second = mail(ANA, 0), mail(BEN, 0)
    failed = RecordFailed(delivery_id=second.delivery_id, attempts=3, error="x", at=NOW)
    assert known_after(plan(0, first, second), sent(first), failed).reached == {ANA, BEN}
    held_back = RecordSuppressed(delivery_id=second.delivery_id, reason="superseded", at=NOW)
    assert known_after(plan(0, first, second), sent(first), held_back).reached == {ANA}


def test_a_cancellation_that_went_out_takes_the_meeting_out_of_the_calendar() -> None:
    first, off = mail(ANA, 0), mail(ANA, 1, CANCEL)
    known = known_after(plan(0, first), sent(first), plan(1, off=(off,)))
    assert not known.invited
    assert known.reached == {ANA}
    assert known_after(plan(0, first), sent(first), plan(1, off=(off,)), sent(off)).reached == set()


def test_what_a_message_is_about_is_read_back() -> None:
    for method in Method:
        assert read_about(about_of(12, method)) == (12, method)
