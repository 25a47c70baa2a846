"""One phone in a storm: few messages, the worst first, and nothing is lost."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st

from activities.delivery.bundling import bundle_of
from activities.delivery.faults import DeliveryRefused, OutcomeUnknown, ProviderUnreachable
from activities.delivery.message import Urgency
from activities.delivery.provider import provider_types
from activities.payloads import DeliveryOutcome
from events.delivery.limits import TEXT_MESSAGES
from events.errors import LogUnavailable
from events.ids import DeliveryId
from tests.activities.sample import MESSAGE
from tests.activities.waiting_room import FIRST, PHONE, WaitingRoom

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


async def test_the_first_page_goes_at_once_and_the_rest_come_in_one_message() -> None:
    room = WaitingRoom()
    for incident in range(300):
        room.page(incident, Urgency.NORMAL)
    await room.pass_time(SECOND)
    assert len(room.phone.shown) == 1
    await room.pass_time(2 * MINUTE)
    assert len(room.phone.shown) == 2
    [_, (at, bundle)] = room.phone.shown
    assert at - room.phone.shown[0][0] >= MINUTE
    assert bundle.headline.startswith("299 incidents need you: INC-")
    assert room.ends() == {"sent": 2, "bundled": 298}


async def test_a_new_sev1_does_not_wait_behind_a_storm() -> None:
    room = WaitingRoom()
    for incident in range(300):
        room.page(incident, Urgency.NORMAL)
    await room.pass_time(SECOND)
    room.page(1042, Urgency.HIGHEST)
    await room.pass_time(SECOND)
    assert room.phone.headlines[1].startswith("300 incidents need you: INC-1042 SEV1: Checkout")


async def test_a_new_incident_is_told_before_the_repeats_of_old_ones() -> None:
    room = WaitingRoom()
    room.page(1)
    await room.pass_time(SECOND)
    for incident in (1, 2, 3):
        room.page(incident, step=300)
    room.page(4)
    room.page(5, Urgency.LOW)
    await room.pass_time(2 * MINUTE)
    [_, (_, bundle)] = room.phone.shown
    told = [section.title.split(" ")[0] for section in bundle.sections]
    assert told[-1] == "INC-5"
    assert set(told) == {"INC-1", "INC-2", "INC-3", "INC-4", "INC-5"}
    assert bundle.actions[0].name.endswith(told[0])


async def test_what_was_answered_meanwhile_is_not_told() -> None:
    room = WaitingRoom()
    pages = [room.page(incident) for incident in range(4)]
    await room.pass_time(SECOND)
    room.pages.over |= {pages[1], pages[2]}
    await room.pass_time(2 * MINUTE)
    assert room.phone.headlines[1:] == ["SEV2 INC-3: Checkout 3"]
    assert room.ends() == {"sent": 2, "suppressed": 2}


async def test_what_is_answered_while_the_others_are_looked_up_is_not_told() -> None:
    room = WaitingRoom()
    pages = [room.page(incident) for incident in range(1, 6)]
    await room.pass_time(SECOND)

    def answer_once(looked_up: DeliveryId) -> None:
        if looked_up == pages[4] and not room.pages.answered:
            for incident in (3, 4):
                room.pages.answer(incident)

    room.pages.looking = answer_once
    await room.pass_time(2 * MINUTE)
    [_, (_, bundle)] = room.phone.shown
    assert {one.title.split(" ")[0] for one in bundle.sections} == {"INC-2", "INC-5"}
    assert room.ends() == {"sent": 2, "bundled": 1, "suppressed": 2}


async def test_a_message_that_is_answered_while_it_gathers_others_leaves_the_turn_to_them() -> None:
    room = WaitingRoom()
    pages = [room.page(incident) for incident in range(1, 5)]
    await room.pass_time(SECOND)

    def answer_once(looked_up: DeliveryId) -> None:
        if looked_up == pages[3] and not room.pages.answered:
            room.pages.answer(2)  # whose turn it is

    room.pages.looking = answer_once
    await room.pass_time(2 * MINUTE)
    [_, (_, bundle)] = room.phone.shown
    assert {one.title.split(" ")[0] for one in bundle.sections} == {"INC-3", "INC-4"}
    assert room.ends() == {"sent": 2, "bundled": 1, "suppressed": 1}


async def test_where_nobody_can_tell_what_happened_meanwhile_each_goes_by_itself() -> None:
    room = WaitingRoom()
    for incident in range(1, 4):
        room.page(incident)
    room.pages.now = away  # type: ignore[method-assign]
    await room.pass_time(5 * MINUTE)
    assert len(room.phone.shown) == 3
    assert room.ends() == {"sent": 3}


async def away() -> int:
    raise LogUnavailable("the database is away")


async def test_the_levels_and_repeats_of_one_page_that_piled_up_are_one_current_message() -> None:
    """Two hours without workers, and then everything at once."""
    room = WaitingRoom()
    room.page(7)
    await room.pass_time(SECOND)
    for step in range(2, 26):
        room.clock.now += 5 * MINUTE
        room.due.clear()
        room.page(7, step=step)
    room.clock.now += 20 * MINUTE
    room.due = dict.fromkeys(room.pages.wanted.keys() - room.outcomes.keys(), room.clock.now)
    await room.pass_time(5 * MINUTE)
    [_, (at, current)] = room.phone.shown
    assert current.headline == "SEV2 INC-7: Checkout 7"
    assert current.at == at - 20 * MINUTE - 10 * SECOND
    assert room.ends() == {"sent": 2, "bundled": 23}


async def test_a_bundle_whose_answer_got_lost_is_sent_again_with_the_same_in_it() -> None:
    room = WaitingRoom()
    for incident in range(4):
        room.page(incident)
    await room.pass_time(30 * SECOND)
    room.phone.failures = [OutcomeUnknown("timeout")]
    room.clock.now += 40 * SECOND
    waiting = list(room.due)
    await room.attempt(waiting[0])
    room.page(99)
    await room.attempt(waiting[0])
    assert room.phone.headlines[1].startswith("3 incidents need you (possible repeat): ")
    assert "INC-99" not in room.phone.headlines[1]


async def test_a_provider_that_was_away_costs_no_turn() -> None:
    room = WaitingRoom()
    room.phone.failures = [ProviderUnreachable("connect_failed")] * 3
    for incident in range(3):
        room.page(incident)
    await room.pass_time(5 * SECOND)
    assert len(room.phone.shown) == 1


async def test_a_refused_number_fails_each_message_and_hides_none() -> None:
    room = WaitingRoom()
    room.phone.failures = [DeliveryRefused("http_400")] * 3
    for incident in range(3):
        room.page(incident)
    await room.pass_time(5 * MINUTE)
    assert room.ends() == {"failed": 3}


async def test_two_people_have_their_own_limits_and_a_changed_number_is_another_contact() -> None:
    room = WaitingRoom()
    other = replace(PHONE, address="+46701740606")
    room.page(1)
    room.page(2, to=other)
    room.page(3)
    await room.pass_time(SECOND)
    assert len(room.phone.shown) == 2
    moved = room.page(3)
    was = room.pages.wanted[moved]
    there = replace(was.responder, contact_methods=(other,))
    room.pages.wanted[moved] = replace(was, responder=there)
    room.page(4)
    await room.pass_time(2 * MINUTE)
    assert room.ends() == {"sent": 4}


async def test_a_worker_that_died_with_its_turn_has_it_again_with_what_it_was_to_tell() -> None:
    room = WaitingRoom()
    for incident in range(3):
        room.page(incident)
    await room.pass_time(SECOND)
    room.clock.now += MINUTE
    room.phone.failures = [Died()]
    first = next(iter(room.due))
    with pytest.raises(Died):
        await room.attempt(first, by=room.another_worker())
    await room.pass_time(MINUTE)
    assert room.phone.headlines[1].startswith("2 incidents need you")
    assert room.ends() == {"sent": 2, "bundled": 1}


async def test_what_a_dead_worker_was_to_tell_is_told_by_others_if_it_never_comes_back() -> None:
    room = WaitingRoom()
    for incident in range(3):
        room.page(incident)
    await room.pass_time(SECOND)
    room.clock.now += MINUTE
    room.phone.failures = [Died()]
    first = next(iter(room.due))
    with pytest.raises(Died):
        await room.attempt(first, by=room.another_worker())
    room.due.pop(first)
    await room.pass_time(3 * MINUTE)
    assert len(room.phone.shown) == 2
    assert room.ends() == {"sent": 2}


async def test_a_backlog_of_many_incidents_ends_in_one_message() -> None:
    room = WaitingRoom()
    for incident in range(40):
        room.page(incident)
    room.clock.now += timedelta(hours=2)
    await room.pass_time(5 * MINUTE)
    [(_, bundle)] = room.phone.shown
    assert bundle.headline.startswith("40 incidents need you: ")
    assert room.ends() == {"sent": 1, "bundled": 39}


def test_another_ask_is_another_matter_and_an_update_stands_beside_a_page() -> None:
    update = replace(MESSAGE, actions=(), event="status_update.published", title="Update 3")
    asks = replace(MESSAGE, facts={"ask": "Post a status update"})
    bundle = bundle_of(MESSAGE, [asks, update, MESSAGE])
    assert len(bundle.sections) == 3
    assert bundle.headline.startswith("2 incidents need you: ")
    assert bundle_of(MESSAGE, [update]).headline.startswith("1 incident needs you, and 1 update: ")
    notice = replace(update, title="Your shift begins")
    assert bundle_of(update, [notice]).headline.startswith("2 updates: ")


def test_of_hundreds_the_worst_are_told_in_full_and_the_rest_by_name() -> None:
    many = [
        replace(MESSAGE, reference=f"INC-{number}", urgency=Urgency.NORMAL, badge="SEV3")
        for number in range(300)
    ]
    worst = replace(MESSAGE, reference="INC-1042", urgency=Urgency.HIGHEST)
    bundle = bundle_of(many[0], [*many[1:], worst])
    assert bundle.sections[0].title == "INC-1042 SEV1: Checkout is down"
    assert bundle.sections[-1].title == "281 more"
    assert bundle.sections[-1].text.endswith(", and 181 more")
    assert len(bundle.headline) <= 200
    assert len(bundle.text) < 20_000
    assert bundle.delivery_id == many[0].delivery_id


def test_programs_take_whatever_comes_and_people_do_not() -> None:
    limited = {name for name, one in provider_types().items() if one.LIMITS is not None}
    assert provider_types().keys() - limited == {"webhook"}


class Died(asyncio.CancelledError):
    """A worker died in the middle."""


events = st.lists(
    st.one_of(
        st.tuples(
            st.just("page"),
            st.integers(1, 6),
            st.sampled_from(Urgency),
            st.integers(1, 4),
        ),
        st.tuples(st.just("answer"), st.integers(1, 6)),
        st.tuples(st.just("wait"), st.integers(1, 400)),
        st.tuples(st.just("trouble"), st.sampled_from(["away", "lost", "refused"])),
    ),
    max_size=40,
)
TROUBLE: dict[str, Callable[[], Exception]] = {
    "away": lambda: ProviderUnreachable("connect_failed"),
    "lost": lambda: OutcomeUnknown("timeout"),
    "refused": lambda: DeliveryRefused("http_400"),
}


@settings(deadline=None)
@each(story=events)
def test_nothing_is_lost_and_nobody_gets_more_than_their_contact_takes(
    story: list[tuple[object, ...]],
) -> None:
    """Every message ends sent, bundled, suppressed or failed, whatever happens around it."""

    async def tell() -> WaitingRoom:
        room = WaitingRoom()
        for event in story:
            match event:
                case ("page", int(incident), Urgency() as urgency, int(step)):
                    if (page := room.page(incident, urgency, step=step)) in room.outcomes:
                        room.due.pop(page)
                case ("answer", int(incident)):
                    room.pages.over |= {
                        key
                        for key, one in room.pages.wanted.items()
                        if one.message(*FIRST).reference == f"INC-{incident}"
                    }
                case ("wait", int(seconds)):
                    await room.pass_time(seconds * SECOND)
                case ("trouble", str(kind)):
                    room.phone.failures.append(TROUBLE[kind]())
        await room.pass_time(timedelta(hours=12))
        return room

    room = asyncio.run(tell())
    assert not room.due
    assert room.outcomes.keys() == room.pages.wanted.keys()
    assert room.ends().keys() <= {"sent", "bundled", "suppressed", "failed"}
    require_told(room)
    times = [at for at, _ in room.phone.shown]
    for window in TEXT_MESSAGES.windows:
        for begin in times:
            soon = [at for at in times if begin <= at < begin + window.span]
            assert len(soon) <= 2 * window.messages


def require_told(room: WaitingRoom) -> None:
    """Check that what counts as told was shown, by a message that was sent itself."""
    shown: dict[DeliveryId, str] = {}
    for _, message in room.phone.shown:
        sections = " ".join(f"{one.title} {one.text}" for one in message.sections)
        said = f"{message.headline} {sections}"
        shown[message.delivery_id] = shown.get(message.delivery_id, "") + said
    for delivery_id, outcome in room.outcomes.items():
        if isinstance(outcome, DeliveryOutcome) and outcome.state == "sent":
            reference = room.pages.wanted[delivery_id].message(*FIRST).reference
            assert f"{reference}" in shown[outcome.bundled_with or delivery_id]
