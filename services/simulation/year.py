"""Year: one simulated year of one company, from its founding until its last incident is closed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from events.configuration.sandbox import AGGREGATE as SANDBOX
from events.configuration.sandbox import OpenSandbox, SandboxId
from services.simulation.clockwork.agenda import Process
from services.simulation.clockwork.patterns import Pattern
from services.simulation.clockwork.world import OFFICE, World
from services.simulation.company.absences import holidays
from services.simulation.company.founding import disbanded, founded
from services.simulation.company.staff import Company, company
from services.simulation.response.noise import noise
from services.simulation.response.opening import noticed
from services.simulation.trouble.backups import backups
from services.simulation.trouble.changes import BEFORE, changes, what_broke_it
from services.simulation.trouble.failures import NOTHING_FAILED, failures
from services.simulation.trouble.monitors import Monitors

SERVICES: Final = 12
PEOPLE: Final = 24
SET_UP: Final = timedelta(minutes=40)  # the company stands by then
TELL_EVERY: Final = 500  # steps

type Progress = Callable[[datetime, int], None]  # how far the clock and the log are


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What is to be simulated."""

    seed: int
    begins: datetime
    ends: datetime
    services: int = SERVICES
    people: int = PEOPLE
    planted: tuple[Pattern, ...] = ()

    @classmethod
    def of_year(cls, seed: int, year: int) -> "Span":
        """Return a whole year of the usual company."""
        begins = datetime(year, 1, 1, tzinfo=UTC)
        return cls(seed=seed, begins=begins, ends=datetime(year + 1, 1, 1, tzinfo=UTC))


def unheard(_at: datetime, _events: int) -> None:
    """Tell nobody how far it is."""


async def simulated(span: Span, progress: Progress = unheard) -> World:
    """Return the world after the span, with every incident that began in it closed."""
    world = World(span.seed, span.begins, span.ends)
    staff = company(span.services, span.people)
    world.zones |= {one: team.zone for team in staff.teams for one in team.people}
    world.patterns, world.names = frozenset(span.planted), dict(staff.names)
    world.hero = staff.teams[0].people[1]  # who manages nobody
    monitors = Monitors(world)
    await opened(world, span)
    world.agenda.begin(founded(world, staff))
    for process in processes(world, staff, monitors):
        world.agenda.begin(process, span.begins + SET_UP)
    for failure in failures(world.draws, staff, span.begins, span.ends - timedelta(days=1)):
        world.agenda.begin(noticed(world, monitors, failure), failure.began_at)
        if failure.kind.after_a_change and failure.noticed not in NOTHING_FAILED:
            world.agenda.begin(what_broke_it(world, failure), failure.began_at - BEFORE)
    steps = 0
    while await world.agenda.go_on():
        steps += 1
        if steps % TELL_EVERY == 0:
            progress(world.now, await world.log.head())
    await disbanded(world, staff)
    return world


async def opened(world: World, span: Span) -> None:
    """Say in the log's first event what all of it is."""
    sandbox_id = SandboxId(str(span.seed))
    command = OpenSandbox(
        sandbox_id=sandbox_id,
        seed=span.seed,
        services=span.services,
        people=span.people,
        planted=span.planted,
        starts_at=span.begins,
        ends_at=span.ends,
        actor=OFFICE,
        at=world.now,
    )
    await world.give(SANDBOX, sandbox_id, command)


def processes(world: World, staff: Company, monitors: Monitors) -> Iterator[Process]:
    """Yield what goes on all the time."""
    for team in staff.teams:
        for responder_id in team.people:
            yield holidays(world, team, responder_id)
    for service in staff.services:
        yield changes(world, service)
    for team in staff.teams:
        yield backups(world, monitors, next(one for one in staff.services if one.team == team))
    if world.shows(Pattern.ALERT_FATIGUE):
        yield noise(world, monitors, staff.services[0])
