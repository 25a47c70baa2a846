"""Repair: puts one workflow right from the log, and records it; twice changes nothing."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, assert_never
from uuid import uuid4

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from events.handle import handle
from events.ids import IncidentId, incident_stream, repair_stream
from events.incident.decide import incident_decider
from events.incident.state import Incident
from events.loading import load
from events.log.recorded import Metadata
from events.log.store import Log
from events.repair.commands import RecordRepair
from events.repair.decide import may_repair, repair_decider
from events.repair.events import Finding, Repair
from services.projector.reconciler.differences import Difference
from services.projector.starts import start_incident
from services.temporal.client import RPC_TIMEOUT, TemporalTrouble, bounded
from workflows.ids import READ_AGAIN

METADATA: Final = Metadata(principal="workflow:reconciler", via="reconciler")

logs = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A difference that is gone now, or will be as soon as a worker has a moment."""

    difference: Difference
    repair: Repair


class Repairing:
    """Repairs workflows for the reconciler."""

    def __init__(self, log: Log, client: Client) -> None:
        self._log = log
        self._client = client

    async def put_right(self, difference: Difference) -> Repaired | None:
        """Repair it and record that; None when there was nothing to do, or it is not yet time.

        Raises: TemporalTrouble, LogUnavailable.
        """
        incident_id = difference.incident_id
        stream = incident_stream(incident_id)
        incident, version = await load(self._log, incident_decider, stream)
        repairs, _ = await load(self._log, repair_decider, repair_stream(incident_id))
        if incident.incident_id is None or not may_repair(
            repairs, difference.workflow_id, datetime.now(UTC)
        ):
            return None
        if incident.ended and difference.finding is not Finding.LEFT_OVER:
            return None  # it has ended since the look
        repair = await self._repair(difference, incident, version)
        if repair is None:
            return None
        await self._record(difference, repair)
        return Repaired(difference=difference, repair=repair)

    async def _repair(
        self, difference: Difference, incident: Incident, version: int
    ) -> Repair | None:
        match difference.finding:
            case Finding.MISSING:
                return await self._start(difference.incident_id, incident, version)
            case Finding.BEHIND | Finding.STILL_PAGING | Finding.LEFT_OVER:
                await self._remind(difference.workflow_id)
                return Repair.REMINDED
            case Finding.AHEAD | Finding.STUCK:
                await self._restart(difference, incident, version)
                return Repair.RESTARTED
            case _:
                assert_never(difference.finding)

    async def _start(
        self, incident_id: IncidentId, incident: Incident, version: int
    ) -> Repair | None:
        """Start the incident's workflow; None if it runs after all."""
        # However the one before ended: the log knows better that it is not over.
        reuse = WorkflowIDReusePolicy.ALLOW_DUPLICATE
        try:
            await start_incident(self._client, incident_id, incident, version, reuse)
        except WorkflowAlreadyStartedError:
            return None
        return Repair.STARTED

    async def _remind(self, workflow_id: str) -> None:
        """Tell a workflow to read the log again, and to see to its pages again."""
        async with bounded():
            handle_ = self._client.get_workflow_handle(workflow_id)
            await handle_.signal(READ_AGAIN, rpc_timeout=RPC_TIMEOUT)

    async def _restart(self, difference: Difference, incident: Incident, version: int) -> None:
        """End this run, and no later one, and let another begin where the log is."""
        async with bounded():
            run = self._client.get_workflow_handle(difference.workflow_id, run_id=difference.run_id)
            await run.terminate(
                f"{difference.finding}: started again from the log", rpc_timeout=RPC_TIMEOUT
            )
        await self._start(difference.incident_id, incident, version)

    async def _record(self, difference: Difference, repair: Repair) -> None:
        logs.warning(
            "workflow_repaired",
            workflow_id=difference.workflow_id,
            finding=difference.finding.value,
            repair=repair.value,
            log_version=difference.log_version,
            workflow_version=difference.workflow_version,
        )
        command_id = uuid4()
        await handle(
            self._log,
            repair_decider,
            repair_stream(difference.incident_id),
            RecordRepair(
                incident_id=difference.incident_id,
                workflow_id=difference.workflow_id,
                finding=difference.finding,
                repair=repair,
                log_version=difference.log_version,
                workflow_version=difference.workflow_version,
                at=datetime.now(UTC),
            ),
            command_id=command_id,
            request_digest=hashlib.sha256(command_id.bytes).digest(),
            metadata=METADATA,
        )


async def tried(repairing: Repairing, difference: Difference) -> Repaired | None:
    """Repair one; what goes wrong with it is no other one's trouble, and it is seen again.

    Raises: LogUnavailable.
    """
    try:
        return await repairing.put_right(difference)
    except TemporalTrouble as trouble:
        logs.warning("repair_deferred", workflow_id=difference.workflow_id, reason=str(trouble))
        return None
