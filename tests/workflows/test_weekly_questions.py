"""A team that wants it is asked once a week what was found, and of nothing that is private."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from temporalio import activity
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle

from activities.delivery.faults import ContactLimited
from activities.delivery.kind import Unwanted, Wanted
from activities.delivery.message import Message
from activities.payloads import (
    DELIVER,
    PLAN_QUESTIONS,
    DeliveryInput,
    DeliveryOutcome,
    DeliveryState,
    QuestionPlanInput,
)
from activities.questions.planning import QuestionPlanning
from activities.questions.wanted import WeeklyQuestions
from activities.recording import Recording
from events.configuration.team import DefineTeam, Member, team_decider
from events.delivery.events import QUESTIONS
from events.follow_up.work_hours import WorkHours
from events.ids import (
    ResponderId,
    ServiceId,
    TeamId,
    incident_stream,
    questions_stream,
    service_stream,
    team_stream,
)
from events.practice.finding_answer import AGGREGATE as FINDING_ANSWER
from events.practice.finding_answer import AnswerFinding, FindingId, finding_answer_decider
from events.questions.commands import AskQuestions, WantQuestions
from events.questions.decide import questions_decider
from events.questions.state import about_of, week_of
from services.projector.standing.questions import QuestionStarter
from services.worker.workers import SANDBOX, questions_worker
from tests.answers import NoAnswers
from tests.eventually import eventually
from tests.harness import ADMIN, now
from tests.projections.metrics.histories import Life, service
from tests.projections.stories import catch_up, tell
from tests.servers import Database
from tests.workflows.conftest import Harness
from tests.workflows.test_histories import record, replayer
from workflows.ids import questions_workflow_id
from workflows.practice.weekly_questions import QuestionsWorkflow

pytestmark = pytest.mark.stack

GRACE, MAY, TEAM = ResponderId("grace"), ResponderId("may"), TeamId("payments")
DAY = timedelta(days=1)
SITE = "https://tocsin.example.org"


async def at_any_time(_log: object, _who: object) -> WorkHours:
    return WorkHours(days=())


async def tomorrow(_log: object, _who: object) -> WorkHours:
    return WorkHours(days=((now() + 2 * DAY).isoweekday(),))


@dataclass
class Asked:
    """A team that nobody wrote a postmortem for, and what its people hear of that."""

    harness: Harness
    database: Database
    starter: QuestionStarter
    sent: list[Message] = field(default_factory=list)
    taken: asyncio.Event = field(default_factory=asyncio.Event)  # set: the provider answers

    @activity.defn(name=DELIVER)
    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        found = await self.messages().find(task)
        assert isinstance(found, Wanted)
        self.sent.append(found.message(task.possible_repeat))
        await self.taken.wait()
        return DeliveryOutcome(state=DeliveryState.SENT, attempts=1, provider_id="m-1")

    def messages(self, hours_of: object = at_any_time) -> WeeklyQuestions:
        log = self.harness.log
        return WeeklyQuestions(log, log.database, public_url=SITE, hours_of=hours_of)  # type: ignore[arg-type]

    async def wants(self, at: datetime, *, weekly: bool = True) -> None:
        command = WantQuestions(team_id=TEAM, weekly=weekly, actor=ADMIN, at=at)
        await self.harness.store(questions_decider, questions_stream(TEAM), command)

    async def nobody_wrote_of(self, number: int, *, private: bool = False) -> None:
        """Let a SEV2 of the team be over for a month."""
        life, then = Life(number=number), now() - 30 * DAY
        declared = replace(life.declared(), declared_at=then)
        secret = [life.privacy(0, so_declared=True)] if private else []
        over = replace(life.resolved(1), resolved_at=then)
        await tell(self.harness.log, incident_stream(life.incident_id), declared, *secret, over)
        await catch_up(self.database)

    async def answered(self, until: datetime) -> None:
        finding_id = FindingId("missing_postmortems.team.payments")
        command = AnswerFinding(
            finding_id=finding_id,
            measure="missing_postmortems",
            service_id=None,
            team_id=TEAM,
            about=None,
            reason="We write it this week.",
            until=until,
            actor=ADMIN,
            at=now(),
        )
        stream = FINDING_ANSWER.stream(finding_id)
        await self.harness.store(finding_answer_decider, stream, command)
        await catch_up(self.database)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        log = self.harness.log
        recording = Recording(log, NoAnswers())
        planning = QuestionPlanning(log, log.database, hours_of=at_any_time)
        async with questions_worker(
            self.harness.temporal, recording, planning, self, runner=SANDBOX
        ):
            yield

    async def happened(self) -> list[str]:
        return await self.harness.happened(questions_stream(TEAM))

    async def happens(self, event_type: str, times: int = 1) -> None:
        async def there() -> bool:
            return (await self.happened()).count(event_type) >= times

        await eventually(f"{event_type} happens", there)

    async def plans(self, times: int) -> None:
        """Wait until the workflow has been told so often what is to be asked."""

        async def planned() -> bool:
            events = (await self.workflow.fetch_history()).events
            begun = {
                one.event_id
                for one in events
                if one.activity_task_scheduled_event_attributes.activity_type.name == PLAN_QUESTIONS
            }
            done = [one.activity_task_completed_event_attributes for one in events]
            return len([one for one in done if one.scheduled_event_id in begun]) >= times

        await eventually(f"{times} plans are made", planned)

    @property
    def workflow(self) -> "WorkflowHandle[object, object]":
        return self.harness.temporal.get_workflow_handle(questions_workflow_id(TEAM))


@pytest.fixture
async def asked(idle_harness: Harness, database: Database) -> Asked:
    harness = idle_harness
    for name in ("grace", "may"):
        await harness.responder(name)
    members = (Member(responder_id=GRACE, manager=False), Member(responder_id=MAY, manager=True))
    team = DefineTeam(team_id=TEAM, name="Payments", members=members, actor=ADMIN, at=now())
    await harness.store(team_decider, team_stream(TEAM), team)
    checkout = ServiceId("checkout")
    await tell(harness.log, service_stream(checkout), service(checkout, "payments"))
    starter = QuestionStarter(harness.log.database, harness.temporal)
    team_asked = Asked(harness, database, starter)
    team_asked.taken.set()
    return team_asked


async def test_everybody_of_the_team_is_asked_once_and_nobody_is_named(asked: Asked) -> None:
    await asked.nobody_wrote_of(41)
    await asked.nobody_wrote_of(42, private=True)
    await asked.wants(now() - 9 * DAY)
    async with asked.working():
        await asked.starter.step()
        await asked.happens("delivery.sent", 2)
        again = QuestionStarter(asked.starter.database, asked.starter.client)  # a new projector
        assert await again.step() == 1
        await asked.wants(now(), weekly=False)
        assert await again.step() == 1
        await asked.workflow.result()
    assert (await asked.happened()).count("questions.asked") == 1
    assert len(asked.sent) == 2
    [text] = {one.text for one in asked.sent}
    assert "1 of 1 SEV1 and SEV2 incidents have no postmortem, nor a word why." in text
    assert "Which of them has most to tell, and who could begin?" in text
    assert "INC-41" in text
    assert "INC-42" not in text
    told = await asked.workflow.fetch_history()
    await replayer(QuestionsWorkflow).replay_workflow(told)
    if os.environ.get("TOCSIN_RECORD_HISTORIES"):
        record("QuestionsWorkflow", "asked_and_switched_off", told)


async def test_who_wants_it_again_while_the_last_are_sent_is_asked_on(asked: Asked) -> None:
    await asked.nobody_wrote_of(41)
    await asked.wants(now() - 9 * DAY)
    asked.taken.clear()
    async with asked.working():
        await asked.starter.step()
        await eventually("both are being sent", lambda: len(asked.sent) == 2)
        await asked.wants(now(), weekly=False)
        await asked.starter.step()
        await asked.plans(2)
        await asked.wants(now())
        await asked.starter.step()
        asked.taken.set()
        await asked.happens("delivery.sent", 2)
        await asked.plans(3)
    told = await asked.workflow.describe()
    assert told.status is WorkflowExecutionStatus.RUNNING


async def test_where_nothing_is_to_be_asked_nobody_is_and_the_week_is_over(asked: Asked) -> None:
    await asked.nobody_wrote_of(41)
    await asked.answered(now() + 30 * DAY)
    await asked.wants(now() - 9 * DAY)
    async with asked.working():
        await asked.starter.step()
        await asked.happens("questions.asked")
        await asked.wants(now(), weekly=False)
        await asked.starter.step()
        await asked.workflow.result()
    assert await asked.happened() == ["questions.wanted", "questions.asked", "questions.wanted"]
    assert asked.sent == []


async def test_what_was_answered_or_is_not_wanted_meanwhile_is_not_sent(asked: Asked) -> None:
    await asked.nobody_wrote_of(41)
    await asked.wants(now() - 9 * DAY)
    log, week = asked.harness.log, week_of(now())
    planning = QuestionPlanning(log, log.database, hours_of=at_any_time)
    plan = await planning.plan_questions(QuestionPlanInput(team_id=TEAM, at=now()))
    assert {one.responder_id for one in plan.deliveries} == {GRACE, MAY}
    command = AskQuestions(team_id=TEAM, week=week, deliveries=plan.deliveries, at=now())
    await asked.harness.store(questions_decider, questions_stream(TEAM), command)
    first = DeliveryInput(
        delivery_id=plan.deliveries[0].delivery_id,
        kind=QUESTIONS,
        about=about_of(TEAM, week),
        incident_id=None,
    )
    with pytest.raises(ContactLimited):
        await asked.messages(tomorrow).find(first)
    await asked.wants(now(), weekly=False)
    off = await asked.messages().find(first)
    assert isinstance(off, Unwanted)
    assert off.reason == "switched_off"
    await asked.answered(now() + DAY)
    answered = await asked.messages().find(first)
    assert isinstance(answered, Unwanted)
    assert answered.reason == "nothing_to_ask"
