"""Recording of facts for workflows, and reading them back; safe to retry for ever."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from temporalio import activity

from activities.page.policies import chain_of
from activities.page.reaching import reached
from activities.payloads import (
    APPEND_EVENTS,
    INTEND_DELIVERIES,
    LOAD_STATE,
    PLAN_PAGE,
    AppendInput,
    AppendReceipt,
    AppendState,
    Intended,
    IntendInput,
    Snapshot,
    outbox_of,
)
from activities.refusals import as_application_error
from activities.waiting_answers import Answers
from events.announcement.decide import announcement_decider
from events.decider import Decider
from events.errors import CommandRejected, KeyReused
from events.follow_up.decide import follow_up_decider
from events.hand_off.decide import hand_off_decider
from events.handle import with_events
from events.ids import (
    incident_stream,
)
from events.incident.decide import incident_decider
from events.incident.pages.rules import page_with
from events.loading import load
from events.log.codec import codec_for
from events.log.recorded import Append, AppendResult, EventData, Verdict
from events.log.store import Log
from events.meeting_invitation.decide import invitation_decider
from events.page.decide import page_decider
from events.page.plan import PagePlan, PageTarget
from events.page.planning import plan_for
from events.questions.decide import questions_decider
from events.registry import ALL_EVENTS

# Whose streams workflows write to, by noun.
DECIDERS: Final[dict[str, Decider[Any, Any, Any]]] = {
    "incident": incident_decider,
    "page": page_decider,
    "announcement": announcement_decider,
    "hand_off": hand_off_decider,
    "follow_up": follow_up_decider,
    "meeting_invitation": invitation_decider,
    "questions": questions_decider,
}


class Recording:
    """Reads and appends for workflows. Faults of the log are retried by Temporal, without end."""

    def __init__(
        self,
        log: Log,
        answers: Answers,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._log = log
        self._answers = answers
        self._clock = clock

    @activity.defn(name=LOAD_STATE)
    async def load_state(self, stream: str) -> Snapshot[Any]:
        """Return an aggregate that a workflow writes to, as the log has it."""
        state, version = await load(self._log, DECIDERS[stream.partition("-")[0]], stream)
        return Snapshot(state=state, version=version)

    @activity.defn(name=APPEND_EVENTS)
    async def append_events(self, task: AppendInput) -> AppendReceipt:
        """Store the events, or say what is in the way; never fails for trouble that passes."""
        try:
            result = await self._log.append(_request(task))
        except CommandRejected as refusal:
            raise as_application_error(refusal) from refusal
        match result.verdict:
            case Verdict.APPENDED:
                return _receipt(AppendState.APPENDED, result, [e.type for e in task.events])
            case Verdict.DUPLICATE:
                return _receipt(AppendState.DUPLICATE, result, await self._types_of(result))
            case Verdict.CONFLICT:
                return _receipt(AppendState.CONFLICT, result, [])
            case Verdict.KEY_REUSED:
                reused = KeyReused("The command id was used for another command: use a new one.")
                raise as_application_error(reused)

    @activity.defn(name=INTEND_DELIVERIES)
    async def intend_deliveries(self, task: IntendInput) -> Intended:
        """Return the deliveries of the level's responders, by the notification rules of each.

        Or, if an answer is on its way, word of it: nobody is to be paged before it is in.
        """
        if await self._answer_waits(task):
            return Intended(deliveries=(), answer_waits=True)
        return await reached(self._log, task, self._clock())

    async def _answer_waits(self, task: IntendInput) -> bool:
        carry = await self._answers.waiting(task.incident_id)
        if carry is None:
            return False
        incident, _ = await load(self._log, incident_decider, incident_stream(task.incident_id))
        called = page_with(carry(incident), task.page_id)
        return called is not None and not called.wanted

    @activity.defn(name=PLAN_PAGE)
    async def plan(self, target: PageTarget) -> PagePlan:
        """Return the plan as it is now; an unknown policy and no people give one without levels."""
        return plan_for(target, await chain_of(self._log, target.escalation_policy_id))

    async def _types_of(self, result: AppendResult) -> list[str]:
        handled = await with_events(self._log, codec_for(ALL_EVENTS), result)
        return [recorded.event.type for recorded in handled.events]


def _request(task: AppendInput) -> Append:
    return Append(
        stream=task.stream,
        command_id=task.command_id,
        request_digest=bytes.fromhex(task.request_digest),
        expected_version=task.expected_version,
        events=tuple(
            EventData(
                type=event.type,
                schema_version=event.schema_version,
                payload=event.payload.encode(),
            )
            for event in task.events
        ),
        metadata=task.metadata,
        outbox=outbox_of(task.events, task.command_id),
    )


def _receipt(state: AppendState, result: AppendResult, event_types: list[str]) -> AppendReceipt:
    return AppendReceipt(
        state=state,
        version=result.version,
        position=result.last_position,
        hash=result.hash.hex() if result.hash else None,
        event_types=tuple(event_types),
    )
