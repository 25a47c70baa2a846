"""A team is asked each week once, and only while it wants that."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given as each
from hypothesis import strategies as st

from events.actor import Actor
from events.delivery.commands import RecordSent
from events.delivery.events import IntendedDelivery
from events.ids import ResponderId, TeamId, question_id_for
from events.questions.commands import AskQuestions, WantQuestions
from events.questions.decide import questions_decider as rules
from events.questions.events import QuestionsAsked, QuestionsWanted
from events.questions.state import Questions, about_of, week_of

TEAM, ANA = TeamId("payments"), ResponderId("ana")
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)
MONDAY = date(2026, 11, 30)
WEEK = timedelta(days=7)
MAIL = IntendedDelivery(
    delivery_id=question_id_for(TEAM, MONDAY, ANA, "email", 0),
    responder_id=ANA,
    channel="email",
    address=0,
)


def want(*, weekly: bool = True, at: datetime = WEDNESDAY) -> WantQuestions:
    actor = Actor(principal="api_key:1", responder_id=ANA)
    return WantQuestions(team_id=TEAM, weekly=weekly, actor=actor, at=at)


def ask(week: date = MONDAY) -> AskQuestions:
    return AskQuestions(team_id=TEAM, week=week, deliveries=(MAIL,), at=WEDNESDAY + WEEK)


def after(*commands: WantQuestions | AskQuestions) -> Questions:
    questions = rules.initial
    for command in commands:
        questions = rules.fold(rules.decide(command, questions), questions)
    return questions


def test_nobody_is_asked_unless_the_team_wants_it() -> None:
    assert not rules.initial.is_due(WEDNESDAY)
    assert rules.decide(ask(), rules.initial) == []


def test_it_begins_with_the_week_after_it_was_switched_on() -> None:
    questions = after(want())
    assert not questions.is_due(WEDNESDAY)
    assert questions.is_due(WEDNESDAY + timedelta(days=5))
    [asked] = rules.decide(ask(), questions)
    assert isinstance(asked, QuestionsAsked)
    assert asked.deliveries == (MAIL,)


def test_a_week_is_asked_once_and_each_message_has_one_outcome() -> None:
    questions = after(want(), ask())
    assert not questions.is_due(WEDNESDAY + WEEK)
    assert rules.decide(ask(), questions) == []
    [pending] = questions.ledger.pending.values()
    assert pending.about == about_of(TEAM, MONDAY)
    sent = RecordSent(
        delivery_id=MAIL.delivery_id, attempts=1, provider_id=None, at=WEDNESDAY + WEEK
    )
    told = rules.decide(sent, questions)
    assert rules.decide(sent, rules.fold(told, questions)) == []


def test_switched_off_nothing_is_asked_and_on_again_it_is_the_next_week() -> None:
    off = want(weekly=False, at=WEDNESDAY + WEEK)
    questions = after(want(), off)
    assert not questions.is_due(WEDNESDAY + 2 * WEEK)
    assert rules.decide(off, questions) == []
    again = after(want(), off, want(at=WEDNESDAY + WEEK))
    assert not again.is_due(WEDNESDAY + WEEK)
    assert again.is_due(WEDNESDAY + 2 * WEEK)
    [on] = rules.decide(want(), questions)
    assert isinstance(on, QuestionsWanted)


@each(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  UTC is added
def test_a_week_is_the_seven_days_from_its_monday(at: datetime) -> None:
    monday = week_of(at)
    assert monday.weekday() == 0
    assert monday <= at.date() < monday + WEEK
