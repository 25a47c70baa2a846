"""What a change of a configured thing changes, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from events.actor import Actor
from events.configuration.responder import ContactMethod, RegisterResponder, responder_decider
from events.configuration.subscription import DefineSubscription, subscription_decider
from events.configuration.team import DefineTeam, Member, team_decider
from events.ids import ResponderId, ServiceId, SubscriptionId, TeamId
from events.values.severity import Severity
from projections.configuration.differences import differences, shown

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
ANA = Actor(principal="api_key:ana")


def member(name: str, *, manager: bool = False) -> Member:
    return Member(responder_id=ResponderId(name), manager=manager)


TEAM = DefineTeam(
    team_id=TeamId("payments"),
    name="Payments",
    members=(member("grace", manager=True), member("ben")),
    actor=ANA,
    at=AT,
)


def changes(before: DefineTeam | None, after: DefineTeam) -> list[str]:
    state = None
    if before is not None:
        for event in team_decider.decide(before, None):
            state = team_decider.evolve(state, event)
    after_state = state
    for event in team_decider.decide(after, state):
        after_state = team_decider.evolve(after_state, event)
    return list(differences(after_state, state, after))


def test_what_nobody_had_defined_is_new() -> None:
    assert changes(None, TEAM) == ["It is new."]


def test_who_comes_and_who_goes_is_told_by_name() -> None:
    changed = replace(TEAM, members=(member("grace"), member("ada")))
    assert changes(TEAM, changed) == [
        "members: ben leaves",
        "members: ada joins",
        "members: grace: manager: yes → no",
    ]


def test_an_order_that_matters_is_told() -> None:
    changed = replace(TEAM, members=TEAM.members[::-1])
    assert changes(TEAM, changed) == ["members: in another order: ben, grace"]


def test_a_value_is_told_as_it_was_and_as_it_is() -> None:
    assert changes(TEAM, replace(TEAM, name="Billing")) == ["name: Payments → Billing"]


def test_what_was_said_of_nothing_is_told_as_none() -> None:
    before = DefineSubscription(
        subscription_id=SubscriptionId("mary"),
        responder_id=ResponderId("mary"),
        service_id=None,
        severities=(Severity.SEV1,),
        channels=(),
        actor=ANA,
        at=AT,
    )
    after = replace(before, service_id=ServiceId("shop"), severities=())
    [one] = subscription_decider.decide(before, None)
    [two] = subscription_decider.decide(after, one)
    assert differences(two, one, after) == ["service: none → shop", "severities: SEV1 leaves"]


def test_durations_and_times_are_written_as_people_say_them() -> None:
    assert shown(timedelta(minutes=90)) == "1 hour 30 minutes"
    assert shown(AT) == "2026-11-29 12:00 UTC"
    assert shown("x" * 100).endswith("…")


def test_what_no_log_shows_is_only_said_to_be_another_one() -> None:
    """A signing secret or an address with a token in it is in no receipt (P11)."""
    hook = ContactMethod(channel="webhook", address="https://a.example/T0KEN", secret="s3cr3t")
    before = RegisterResponder(
        responder_id=ResponderId("ada"),
        name="Ada",
        contact_methods=(hook,),
        actor=ANA,
        at=AT,
    )
    changed = replace(before, contact_methods=(replace(hook, secret="0ther"), hook))
    state = None
    told: list[str] = []
    for command in (before, changed):
        old, state = state, responder_decider.fold(responder_decider.decide(command, state))
        told += differences(state, old, command)
    assert told == [
        "It is new.",
        "contact method 1: secret is another one",
        "contact method 2 is new: channel webhook",
    ]
