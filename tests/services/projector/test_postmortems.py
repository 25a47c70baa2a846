"""A resolved incident that was bad enough has a postmortem, whoever looked away meanwhile."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from activities.payloads import begin_postmortem
from events.actor import Actor
from events.handle import handle
from events.ids import IncidentId, ResponderId, incident_stream
from events.incident.commands import IncidentCommand, MitigateIncident, ResolveIncident
from events.incident.decide import incident_decider
from events.incident.roles.commands import AssignRole
from events.incident.roles.events import Role
from events.incident.severity.commands import ChangeSeverity
from events.loading import load
from events.log.queues.outbox import PostgresOutbox
from events.postmortem.commands import WaivePostmortem
from events.postmortem.decide import AGGREGATE, postmortem_decider
from events.postmortem.state import Postmortem, PostmortemState
from events.values.severity import Severity
from services.projector.postmortems import PostmortemStarter
from tests.services.projector.conftest import DIGEST, METADATA, Relay

pytestmark = pytest.mark.stack

ANA = Actor(principal="responder:ana", responder_id=ResponderId("ana"), is_admin=True)


async def give(relay: Relay, incident_id: IncidentId, command: IncidentCommand) -> None:
    await handle(
        relay.log,
        incident_decider,
        incident_stream(incident_id),
        command,
        command_id=uuid4(),
        request_digest=DIGEST,
        metadata=METADATA,
        outbox=(begin_postmortem(incident_id, str(uuid4())),),
    )


async def resolved(relay: Relay, severity: Severity) -> IncidentId:
    incident_id = await relay.declare(policy=None)
    who: Any = {"actor": ANA, "at": datetime.now(UTC)}
    for command in (
        ChangeSeverity(severity=severity, reason="Judged", **who),
        AssignRole(role=Role.COMMANDER, responder_id=ResponderId("ana"), **who),
        MitigateIncident(summary="Rolled back", **who),
        ResolveIncident(summary="Rolled back", **who),
    ):
        await give(relay, incident_id, command)
    return incident_id


async def postmortem_of(relay: Relay, incident_id: IncidentId) -> Postmortem:
    starter = PostmortemStarter(relay.log, PostgresOutbox(relay.log.database))
    while await starter.relay():
        pass
    return (await load(relay.log, postmortem_decider, AGGREGATE.stream(incident_id)))[0]


async def test_a_sev2_begins_one_with_the_commander_as_its_author(relay: Relay) -> None:
    incident_id = await resolved(relay, Severity.SEV2)
    known = await postmortem_of(relay, incident_id)
    assert known.incident_id == incident_id
    assert known.author_id == ResponderId("ana")


async def test_a_sev3_does_not_until_it_turns_out_to_have_been_worse(relay: Relay) -> None:
    incident_id = await resolved(relay, Severity.SEV3)
    assert (await postmortem_of(relay, incident_id)).incident_id is None
    worse = ChangeSeverity(
        severity=Severity.SEV1, reason="All were hit", actor=ANA, at=datetime.now(UTC)
    )
    await give(relay, incident_id, worse)
    assert (await postmortem_of(relay, incident_id)).incident_id == incident_id


async def test_one_that_people_waived_stays_waived(relay: Relay) -> None:
    incident_id = await resolved(relay, Severity.SEV2)
    await postmortem_of(relay, incident_id)
    await handle(
        relay.log,
        postmortem_decider,
        AGGREGATE.stream(incident_id),
        WaivePostmortem(reason="A test of ours", actor=ANA, at=datetime.now(UTC)),
        command_id=uuid4(),
        request_digest=DIGEST,
        metadata=METADATA,
    )
    worse = ChangeSeverity(
        severity=Severity.SEV1, reason="All were hit", actor=ANA, at=datetime.now(UTC)
    )
    await give(relay, incident_id, worse)
    assert (await postmortem_of(relay, incident_id)).state is PostmortemState.WAIVED
