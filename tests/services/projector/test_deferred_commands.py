"""A command given while Temporal was away is carried out, or refused, once it is back."""

import time
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from temporalio.common import WorkflowIDReusePolicy

from events.errors import IncidentEnded, IncidentNotFound, LogUnavailable, NotTheCommander
from events.handle import handle
from events.ids import IncidentId, incident_stream
from events.incident.commands import (
    AcknowledgeIncident,
    DeclineIncident,
    IncidentCommand,
    ReopenIncident,
    ResolveIncident,
)
from events.incident.decide import incident_decider
from events.incident.phases import Phase
from events.incident.severity.commands import ChangeSeverity
from events.incident.status_updates.commands import PublishStatusUpdate
from events.loading import load
from events.log.queues.inbox import DeferredCommand, Inbox, InboxEntry, InboxState, PostgresInbox
from events.values.severity import Severity
from services.commanding.deferred import answer_in, deferred, goes_first, refusal_in
from services.projector.deferred_commands import DeferredCommands
from services.projector.starts import start_incident
from tests.services.projector.conftest import ANA, DIGEST, METADATA, Relay
from workflows.ids import incident_workflow_id
from workflows.messages import IncidentCommandEnvelope

pytestmark = pytest.mark.stack


def now() -> datetime:
    return datetime.now(UTC)


WAITING = 60  # commands
GONE_WITHIN = 10.0  # seconds


def update(number: int) -> PublishStatusUpdate:
    return PublishStatusUpdate(
        impact=f"Update {number}",
        current_actions="Looking",
        next_update_at=None,
        actor=ANA,
        at=now(),
    )


def acknowledge() -> AcknowledgeIncident:
    return AcknowledgeIncident(actor=ANA, at=now())


async def settled(relay: Relay, command_id: UUID) -> InboxEntry:
    return await relay.settled(command_id, relay.commands)


async def test_a_deferred_command_waits_while_temporal_is_away_and_is_carried_out_once(
    relay: Relay,
) -> None:
    incident_id = await relay.declare(policy=None)
    command_id = await relay.defer(incident_id, acknowledge())
    await relay.commands.relay()
    assert (await relay.outcome(command_id)).state is InboxState.WAITING

    await relay.line.mend()
    async with relay.working():
        await relay.starts.relay()
        entry = await settled(relay, command_id)
    assert entry.state is InboxState.DONE
    assert entry.outcome is not None
    answer = answer_in(entry.outcome)
    assert (answer.command_id, answer.version) == (command_id, 2)
    assert answer.event_types == ("incident.acknowledged",)
    assert await relay.happened(incident_stream(incident_id)) == [
        "incident.declared",
        "incident.acknowledged",
    ]


async def test_deferred_commands_arrive_in_the_order_they_were_given(relay: Relay) -> None:
    incident_id = await relay.declare(policy=None)
    wanted = [Severity.SEV3, Severity.SEV1, Severity.SEV4, Severity.SEV2]
    ids = [
        await relay.defer(
            incident_id, ChangeSeverity(severity=severity, reason="so", actor=ANA, at=now())
        )
        for severity in wanted
    ]
    await relay.line.mend()
    async with relay.working():
        await relay.starts.relay()
        entries = [await settled(relay, command_id) for command_id in ids]
    versions = [answer_in(entry.outcome or b"").version for entry in entries]
    assert versions == [2, 3, 4, 5]


async def test_what_waited_for_temporal_is_gone_within_seconds_and_the_answer_went_first(
    relay: Relay,
) -> None:
    """An outage's worth of commands, and more while they are sent: nobody waits for minutes."""
    incident_id = await relay.declare(policy=None)
    earlier = [await relay.defer(incident_id, update(number)) for number in range(WAITING)]
    answer = acknowledge()
    waiting = await relay.inbox.waiting(incident_workflow_id(incident_id))
    assert goes_first(answer, waiting)
    answered = await relay.inbox.put(relay.command(incident_id, answer), first=True)
    await relay.line.mend()
    async with relay.working():
        await relay.starts.relay()
        begin = time.monotonic()
        while await relay.inbox.waiting(incident_workflow_id(incident_id)):
            assert time.monotonic() - begin < GONE_WITHIN
            await relay.commands.relay()
    outcomes = [await relay.outcome(one) for one in (answered.command_id, *earlier)]
    versions = [answer_in(one.outcome or b"").version for one in outcomes]
    assert versions == [2, *range(3, 3 + WAITING)]


def test_an_answer_overtakes_neither_an_answer_nor_what_asks_for_one_anew() -> None:
    def kept(command: IncidentCommand) -> InboxEntry:
        envelope = IncidentCommandEnvelope(
            command_id=uuid4(), request_digest=DIGEST.hex(), metadata=METADATA, command=command
        )
        entry = vars_of(deferred("incident/1", envelope))
        return InboxEntry(
            **entry, accepted_at=now(), state=InboxState.WAITING, outcome=None, attempts=0
        )

    back = ReopenIncident(phase=Phase.TRIAGE, reason="It is back", actor=ANA, at=now())
    assert goes_first(acknowledge(), [kept(update(1))])
    assert not goes_first(acknowledge(), [kept(update(1)), kept(back)])
    assert not goes_first(acknowledge(), [kept(acknowledge())])
    assert not goes_first(update(2), [kept(update(1))])


def vars_of(command: DeferredCommand) -> dict[str, Any]:
    return {one.name: getattr(command, one.name) for one in fields(command)}


async def test_a_deferred_command_that_is_refused_says_why(relay: Relay) -> None:
    incident_id = await relay.declare(policy=None)
    command = ResolveIncident(summary="fixed", actor=ANA, at=now())
    command_id = await relay.defer(incident_id, command)
    await relay.line.mend()
    async with relay.working():
        await relay.starts.relay()
        entry = await settled(relay, command_id)
    assert entry.state is InboxState.REFUSED
    refusal = refusal_in(entry.outcome or b"")
    assert isinstance(refusal, NotTheCommander)
    assert refusal.facts["allowed"] == ["assign_role"]
    (kept,) = await relay.refusals.after(0, 10)
    assert (kept.command_id, kept.command) == (command_id, "resolve_incident")
    assert (kept.target, kept.metadata) == (incident_stream(incident_id), METADATA)
    assert kept.refusal == "NotTheCommander"


async def test_a_command_to_an_incident_nobody_declared_is_refused(relay: Relay) -> None:
    await relay.line.mend()
    command_id = await relay.defer(IncidentId(uuid4()), acknowledge())
    entry = await settled(relay, command_id)
    assert isinstance(refusal_in(entry.outcome or b""), IncidentNotFound)


async def test_a_command_that_came_too_late_is_refused(relay: Relay) -> None:
    await relay.line.mend()
    incident_id = await relay.declare(policy=None)
    await store(relay, incident_id, DeclineIncident(reason="a test", actor=ANA, at=now()), uuid4())
    command_id = await relay.defer(incident_id, acknowledge())
    entry = await settled(relay, command_id)
    assert isinstance(refusal_in(entry.outcome or b""), IncidentEnded)


async def test_a_command_whose_answer_was_lost_is_answered_from_the_log(relay: Relay) -> None:
    await relay.line.mend()
    incident_id = await relay.declare(policy=None)
    command = DeclineIncident(reason="a test", actor=ANA, at=now())
    command_id = await relay.defer(incident_id, command)
    await store(relay, incident_id, command, command_id)
    entry = await settled(relay, command_id)
    assert entry.state is InboxState.DONE
    answer = answer_in(entry.outcome or b"")
    assert (answer.version, answer.event_types) == (2, ("incident.declined",))
    assert answer.duplicate


async def test_a_command_to_a_workflow_that_is_not_there_yet_waits(relay: Relay) -> None:
    await relay.line.mend()
    incident_id = await relay.declare(policy=None)
    command_id = await relay.defer(incident_id, acknowledge())
    await relay.commands.relay()
    entry = await relay.outcome(command_id)
    assert (entry.state, entry.attempts) == (InboxState.WAITING, 1)


async def store(
    relay: Relay, incident_id: IncidentId, command: IncidentCommand, command_id: UUID
) -> None:
    """Carry a command out without its workflow."""
    await handle(
        relay.log,
        incident_decider,
        incident_stream(incident_id),
        command,
        command_id=command_id,
        request_digest=DIGEST,
        metadata=METADATA,
    )


class Forgetful:
    """An inbox that cannot take back what was not sent: PostgreSQL has gone in between."""

    def __init__(self, inbox: PostgresInbox) -> None:
        self._inbox = inbox

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inbox, name)

    async def untried(self, entries: object) -> None:
        raise LogUnavailable("gone")


async def test_what_cannot_be_given_back_is_no_other_incidents_trouble(relay: Relay) -> None:
    stuck, other = await relay.declare(policy=None), await relay.declare(policy=None)
    for number in range(2):
        await relay.defer(stuck, update(number))  # its workflow is not started
    await relay.line.mend()
    async with relay.working():
        reuse = WorkflowIDReusePolicy.REJECT_DUPLICATE
        incident = (await load(relay.log, incident_decider, incident_stream(other)))[0]
        await start_incident(relay.temporal, other, incident, 1, reuse)
        command_id = await relay.defer(other, acknowledge())
        inbox = cast("Inbox", Forgetful(relay.inbox))
        commands = DeferredCommands(relay.log, inbox, relay.refusals, relay.temporal)
        await relay.settled(command_id, commands)
