"""The agenda: in the order of time, and whoever waits for something goes on when it happens."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

from services.simulation.clockwork.agenda import Agenda, Wait

NOW = datetime(2025, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def test_what_is_due_first_happens_first_and_the_clock_goes_along() -> None:
    agenda, seen = Agenda(NOW), list[tuple[str, datetime]]()

    async def at(name: str, until: datetime) -> AsyncGenerator[Wait]:
        yield Wait(until=until)
        seen.append((name, agenda.now))

    agenda.begin(at("second", NOW + 2 * HOUR))
    agenda.begin(at("first", NOW + HOUR))
    while await agenda.go_on():
        pass
    assert seen == [("first", NOW + HOUR), ("second", NOW + 2 * HOUR)]


async def test_who_waits_for_a_stream_or_a_time_goes_on_once_by_whichever_comes_first() -> None:
    agenda, seen = Agenda(NOW), list[datetime]()

    async def waits() -> AsyncGenerator[Wait]:
        yield Wait(until=NOW + 3 * HOUR, streams=("incident-1", "page-1"))
        seen.append(agenda.now)

    async def happens() -> AsyncGenerator[Wait]:
        yield Wait(until=NOW + HOUR)
        agenda.happened("page-1")
        agenda.happened("incident-1")

    agenda.begin(waits())
    agenda.begin(happens())
    while await agenda.go_on():
        pass
    assert seen == [NOW + HOUR]
    assert agenda.now == NOW + HOUR


async def test_what_is_due_later_than_asked_for_is_left() -> None:
    agenda, seen = Agenda(NOW), list[datetime]()

    async def later() -> AsyncGenerator[Wait]:
        yield Wait(until=NOW + 2 * HOUR)
        seen.append(agenda.now)

    agenda.begin(later())
    while await agenda.go_on(NOW + HOUR):
        pass
    assert not seen
    assert await agenda.go_on()
    assert seen == [NOW + 2 * HOUR]
