"""What a maintenance window held back is reported at its end, and what fires still pages, once."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from events.actor import Actor
from events.alert.events import AlertHeld, AlertTriggered
from events.errors import LogUnavailable
from events.handle import handle
from events.ids import MaintenanceWindowId
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.log.recorded import Append, AppendResult, Metadata
from events.maintenance_window.commands import (
    CancelMaintenanceWindow,
    DefineMaintenanceWindow,
    EndMaintenanceWindow,
    ExtendMaintenanceWindow,
    MaintenanceWindowCommand,
)
from events.maintenance_window.decide import AGGREGATE, maintenance_window_decider
from events.maintenance_window.events import EndCause, MaintenanceWindowReported
from events.maintenance_window.refusals import MaintenanceWindowNotRunning
from events.routing.condition import Comparison, Condition
from projections.configuration import maintenance_windows
from projections.configuration.maintenance_windows import Became, list_held
from projections.engine.defined import one
from projections.incidents.alerts import AlertFilter, AlertState, list_alerts
from projections.incidents.timeline import read_timeline
from services.attending import Attending
from services.intake.alerts.storing import take_parts
from services.intake.arrival import Intake
from services.intake.batch.signal import Batch, Signal
from services.intake.batch.spool import packed
from services.projector.alerts.maintenance import MaintenanceEnds
from tests.projections.stories import catch_up
from tests.servers import Database
from tests.services.api.intake.monitor import SENDER, Story, story_of

pytestmark = pytest.mark.stack

NOW = datetime(2026, 12, 1, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
END = NOW + 2 * HOUR
ADA = Actor(principal="responder:ada")


class Night:
    """A night of maintenance, in which it is as late as a test says."""

    def __init__(self, log: PostgresLog) -> None:
        self.log = log
        self.at = NOW
        self.inbox = PostgresInbox(log.database)
        self.ends = self.projector()

    def projector(self) -> MaintenanceEnds:
        """Another projector, which has read nothing yet."""
        return MaintenanceEnds(self.log, self.inbox, lambda: self.at)

    async def do(self, command: MaintenanceWindowCommand, name: str = "upgrade") -> None:
        await handle(
            self.log,
            maintenance_window_decider,
            AGGREGATE.stream(name),
            command,
            command_id=uuid4(),
            request_digest=bytes(32),
            metadata=Metadata(principal="responder:ada"),
        )

    async def plan(self, name: str = "upgrade", *conditions: Condition) -> None:
        command = DefineMaintenanceWindow(
            maintenance_window_id=MaintenanceWindowId(name),
            name=name.capitalize(),
            reason="PostgreSQL 19",
            service_ids=(),
            conditions=conditions,
            starts_at=None,
            ends_at=END,
            recurrence=None,
            actor=ADA,
            at=self.at,
        )
        await self.do(command, name)

    async def extend(self, until: datetime) -> None:
        await self.do(ExtendMaintenanceWindow(until=until, reason="Longer", actor=ADA, at=self.at))

    async def end(self) -> None:
        await self.do(EndMaintenanceWindow(reason="Done", actor=ADA, at=self.at))

    async def cancel(self) -> None:
        await self.do(CancelMaintenanceWindow(reason="Postponed", actor=ADA, at=self.at))

    async def say(self, *keys: str, firing: bool = True) -> None:
        """Have the monitor say that alerts fire, or are over."""
        signals = [
            Signal(
                dedup_key=key,
                firing=firing,
                title=f"Trouble {key}",
                labels={"host": key},
                started_at=NOW - HOUR,
                ended_at=None if firing else self.at,
            )
            for key in keys
        ]
        intake = Intake(
            log=self.log,
            attending=Attending(self.log, self.inbox),
            sender=SENDER,
            source="alertmanager",
            losses=Counter(),
            metadata=Metadata(principal=SENDER.principal),
            at=self.at,
            storms=asyncio.Semaphore(),
        )
        batch = Batch(sender="Alertmanager", group_key="disks", signals=packed(signals))
        await take_parts(batch, intake)

    async def story(self) -> Story:
        return await story_of(self.log)

    async def reports(self) -> list[MaintenanceWindowReported]:
        events = (await self.story()).events
        return [one for one in events if isinstance(one, MaintenanceWindowReported)]

    async def count(self, kind: type) -> int:
        return sum(isinstance(one, kind) for one in (await self.story()).events)


@pytest.fixture
def night(log: PostgresLog) -> Night:
    return Night(log)


async def test_at_the_end_of_a_window_what_fires_still_pages_and_people_read_what_was_held_back(
    database: Database, night: Night
) -> None:
    await night.plan()
    await night.say("a", "b", "c")
    await night.say("b", firing=False)
    assert await night.ends.step() == 0
    night.at = END
    assert await night.ends.step() == 3  # a report and two alerts
    assert await night.ends.step() == 0
    [report] = await night.reports()
    assert (report.held, report.resolved, report.firing) == (3, 1, 2)
    assert (report.cause, report.ended_at) == (EndCause.SCHEDULED, END)
    story = await night.story()
    [incident] = story.incidents
    homes = {one for found in story.open_alerts.values() for one in found}
    assert homes == {incident.incident_id}
    await catch_up(database)
    async with night.log.database.connection() as reader:
        row = await one(maintenance_windows.WINDOW, reader, "upgrade")
        held = await list_held(reader, "upgrade", None, None, 10)
        alerts = await list_alerts(reader, AlertFilter(), None, 10)
        timeline = await read_timeline(reader, incident.incident_id)
    assert row is not None
    assert [one.firing for one in row.reports] == [2]
    assert Counter(one.became for one in held.rows) == {Became.RELEASED: 2, Became.RESOLVED: 1}
    assert Counter(one.state for one in alerts.rows) == {
        AlertState.TRIGGERED: 2,
        AlertState.PASSED: 1,
    }
    assert {one.occurrences for one in alerts.rows} == {1}
    assert {one.hold.by for one in alerts.rows if one.hold} == {"Upgrade"}
    sentences = " ".join(one.sentence for one in timeline)
    assert "held back since 2026-12-01 22:00:00 UTC: maintenance window Upgrade" in sentences


@pytest.mark.parametrize("how", ["end", "cancel", "change"])
async def test_ending_cancelling_or_changing_a_window_lets_go_what_it_held(
    night: Night, how: str
) -> None:
    await night.plan()
    await night.say("a")
    night.at += HOUR
    match how:
        case "end":
            await night.end()
        case "cancel":
            await night.cancel()
        case _:
            other = Condition(field="labels.host", comparison=Comparison.EQUALS, values=("b",))
            await night.plan("upgrade", other)
    await night.ends.step()
    assert len((await night.story()).incidents) == 1
    reported = [one.cause.value for one in await night.reports()]
    assert reported == {"end": ["ended"], "cancel": ["cancelled"], "change": []}[how]


async def test_an_alert_that_was_held_back_after_its_window_was_over_is_let_go(
    night: Night,
) -> None:
    """Its message came in time, and was stored when the window was cancelled already."""
    await night.plan()
    await night.say("a")
    night.at += HOUR
    await night.end()
    night.at -= MINUTE
    await night.say("late")
    assert await night.count(AlertHeld) == 2
    night.at += HOUR
    while await night.ends.step():
        pass
    assert await night.count(AlertTriggered) == 2
    night.at = NOW + MINUTE  # by a clock that is far behind
    await night.say("later")
    assert await night.count(AlertTriggered) == 3  # what is reported holds nothing by any clock


async def test_an_extension_in_the_last_second_holds_on_and_one_after_the_report_is_refused(
    night: Night,
) -> None:
    await night.plan()
    await night.say("a")
    night.at = END - timedelta(seconds=1)
    await night.extend(END + HOUR)
    night.at = END + MINUTE
    assert await night.ends.step() == 0
    assert (await night.story()).incidents == []
    night.at = END + HOUR
    await night.ends.step()
    assert len((await night.story()).incidents) == 1
    night.at = END + HOUR - timedelta(seconds=1)  # by a clock that is behind
    with pytest.raises(MaintenanceWindowNotRunning):
        await night.extend(END + 2 * HOUR)


async def test_whoever_is_first_of_the_end_and_an_extension_in_the_same_moment_has_it(
    night: Night,
) -> None:
    await night.plan()
    await night.say("a")
    night.at = END
    behind = ExtendMaintenanceWindow(
        until=END + HOUR, reason="Longer", actor=ADA, at=END - timedelta(milliseconds=1)
    )
    done = await asyncio.gather(night.ends.step(), night.do(behind), return_exceptions=True)
    refused = isinstance(done[1], MaintenanceWindowNotRunning)
    assert refused or done[1] is None
    assert len(await night.reports()) == refused
    assert len((await night.story()).incidents) == refused
    night.at = END + HOUR
    await night.ends.step()
    assert len(await night.reports()) == 1
    assert len((await night.story()).incidents) == 1


async def test_an_alert_that_an_overlapping_window_holds_too_stays_held_until_that_ends(
    night: Night,
) -> None:
    await night.plan()
    await night.say("a")
    night.at += HOUR
    await night.plan("network")
    await night.end()
    await night.ends.step()
    assert (await night.story()).incidents == []
    assert await night.count(AlertHeld) == 2  # by the one, then by the other
    await night.do(CancelMaintenanceWindow(reason="", actor=ADA, at=night.at), "network")
    await night.ends.step()
    assert len((await night.story()).incidents) == 1
    assert await night.count(AlertTriggered) == 1


async def test_several_projectors_let_an_alert_go_once(night: Night) -> None:
    await night.plan()
    await night.say("a", "b")
    night.at = END
    projectors = [night.projector() for _ in range(4)]
    await asyncio.gather(*(one.step() for one in projectors), night.say("a", "b"))
    await asyncio.gather(*(one.step() for one in projectors))
    assert len((await night.story()).incidents) == 1
    assert len(await night.reports()) == 1
    assert await night.count(AlertTriggered) == 2


class Dying:
    """The log of a process that dies at its append number so and so."""

    def __init__(self, log: PostgresLog, appends: int) -> None:
        self._append, self.left = log.append, appends

    async def append(self, request: Append) -> AppendResult:
        if self.left == 0:
            raise LogUnavailable("The process is dead.")
        self.left -= 1
        return await self._append(request)


@pytest.mark.parametrize("appends", range(6))
async def test_a_projector_that_dies_half_way_is_finished_by_the_next(
    night: Night, monkeypatch: pytest.MonkeyPatch, appends: int
) -> None:
    await night.plan()
    await night.say("a", "b")
    night.at = END
    dying = Dying(night.log, appends)
    with monkeypatch.context() as patched:
        patched.setattr(night.log, "append", dying.append)
        try:
            await night.projector().step()
        except LogUnavailable:
            assert dying.left == 0
    while await night.ends.step():
        pass
    assert len((await night.story()).incidents) == 1
    assert [one.held for one in await night.reports()] == [2]
    assert await night.count(AlertTriggered) == 2
