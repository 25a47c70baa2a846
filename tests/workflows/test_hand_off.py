"""The workflow of a schedule tells people of their shifts, once, whatever happens to it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import WorkflowHandle

from activities.hand_off.planning import NoticePlanning
from activities.payloads import DELIVER, DeliveryInput, DeliveryOutcome, DeliveryState
from activities.recording import Recording
from events.ids import (
    OverrideId,
    ResponderId,
    ScheduleId,
    SubjectId,
    hand_off_stream,
    schedule_stream,
)
from events.on_call.layer import Frequency, Layer, Rotation
from events.on_call.rota import HolidayCalendar
from events.schedule.commands import DefineSchedule, EndSchedule, MakeOverride, ScheduleCommand
from events.schedule.decide import schedule_decider
from events.subject.commands import ForgetSubject
from events.subject.decide import subject_decider
from services.projector.standing.hand_offs import HandOffs
from services.worker.workers import SANDBOX, hand_off_worker
from tests.eventually import eventually
from tests.harness import ADMIN
from tests.workflows.conftest import Harness
from tests.workflows.test_histories import record, replayer
from workflows.hand_off import HandOffWorkflow
from workflows.ids import hand_off_workflow_id

pytestmark = pytest.mark.stack

SCHEDULE = ScheduleId("primary")


@dataclass
class Rota:
    """A schedule whose hand-off was a moment ago, and those who hear of it."""

    harness: Harness
    hand_offs: HandOffs
    tried: list[str] = field(default_factory=list)

    @activity.defn(name=DELIVER)
    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        self.tried.append(task.about)
        return DeliveryOutcome(state=DeliveryState.SENT, attempts=1, provider_id="m-1")

    async def give(self, command: ScheduleCommand) -> None:
        await self.harness.store(schedule_decider, schedule_stream(SCHEDULE), command)

    async def tell(self) -> None:
        """Tell the workflow of what changed, as the projector does."""
        await self.hand_offs.step()

    async def hears(self, *kinds: str) -> None:
        async def heard() -> bool:
            return {about.split(" ")[1].split(":")[0] for about in self.tried} >= set(kinds)

        await eventually(f"people hear {kinds}", heard)

    @property
    def workflow(self) -> "WorkflowHandle[object, object]":
        return self.harness.temporal.get_workflow_handle(hand_off_workflow_id(SCHEDULE))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        log = self.harness.log
        recording = Recording(log, NoAnswers())
        planning = NoticePlanning(log)
        async with hand_off_worker(
            self.harness.temporal, recording, planning, self, runner=SANDBOX
        ):
            yield


class NoAnswers:
    async def waiting(self, incident_id: object) -> None:
        return None


def defined() -> DefineSchedule:
    """Return a schedule in which Ada and Grace alternate by the day; the hand-off was just now."""
    began = datetime.now(UTC) - timedelta(minutes=10, days=1)
    rotation = Rotation(
        slots=((ResponderId("ada"),), (ResponderId("grace"),)),
        first_hand_off=began.date(),
        hand_off_at=began.time().replace(second=0, microsecond=0),
        frequency=Frequency.DAILY,
    )
    return DefineSchedule(
        schedule_id=SCHEDULE,
        name="Primary",
        team_id=None,
        zone="UTC",
        layers=(Layer(layer_id="daily", name="Daily", rotation=rotation),),
        holidays=HolidayCalendar(),
        actor=ADMIN,
        at=datetime.now(UTC),
    )


@pytest.fixture
async def rota(idle_harness: Harness) -> Rota:
    hand_offs = HandOffs(idle_harness.log.database, idle_harness.temporal)
    for name in ("ada", "grace"):
        await idle_harness.responder(name)
    return Rota(idle_harness, hand_offs)


async def test_whoever_takes_over_and_whoever_had_it_are_told_once(rota: Rota) -> None:
    await rota.give(defined())
    await rota.tell()
    async with rota.working():
        await rota.hears("begins", "ends", "tomorrow")
        before = len(rota.tried)
        again = HandOffs(rota.harness.log.database, rota.harness.temporal)  # a restarted projector
        await again.step()
        await rota.give(replace(defined(), name="First in line"))
        await rota.tell()
        await rota.give(EndSchedule(schedule_id=SCHEDULE, actor=ADMIN, at=datetime.now(UTC)))
        await rota.tell()
        await rota.workflow.result()
    assert len(rota.tried) == before
    happened = await rota.harness.happened(hand_off_stream(SCHEDULE))
    assert happened.count("notice.given") == happened.count("delivery.sent") == before
    told = await rota.workflow.fetch_history()
    await replayer(HandOffWorkflow).replay_workflow(told)
    if os.environ.get("TOCSIN_RECORD_HISTORIES"):
        record("HandOffWorkflow", "handed_over", told)


async def test_somebody_who_is_gone_is_missed_at_once(rota: Rota) -> None:
    await rota.give(defined())
    await rota.tell()
    async with rota.working():
        await rota.hears("begins")
        forget = ForgetSubject(
            subject_id=SubjectId("grace"), reason="left", actor=ADMIN, at=datetime.now(UTC)
        )
        await rota.harness.store(subject_decider, "subject-grace", forget)
        await rota.tell()
        await rota.hears("uncovered")


async def test_a_shift_that_is_taken_over_is_told_to_whom_it_comes(rota: Rota) -> None:
    await rota.give(defined())
    await rota.tell()
    async with rota.working():
        await rota.hears("begins")
        starts_at = datetime.now(UTC) + timedelta(hours=2)
        override = MakeOverride(
            schedule_id=SCHEDULE,
            override_id=OverrideId(uuid4()),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=3),
            off=None,
            on=ResponderId("ada"),
            reason=None,
            actor=ADMIN,
            at=datetime.now(UTC),
        )
        await rota.give(override)
        await rota.tell()
        await rota.hears("tomorrow")


async def test_temporal_being_away_delays_and_loses_nothing(rota: Rota) -> None:
    await rota.give(defined())
    await rota.hand_offs._read_on()
    assert rota.hand_offs.changed == {SCHEDULE}
    await rota.tell()
    assert not rota.hand_offs.changed
