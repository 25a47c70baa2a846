"""Heartbeat watch: looks at one heartbeat, and has its alert raised, said again or ended."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from temporalio import activity

from activities.payloads import LOOK_AT_HEARTBEAT, HeartbeatLook, HeartbeatLookInput
from events.alert.decide import alert_decider
from events.configuration.heartbeat import AGGREGATE, HeartbeatId, heartbeat_decider
from events.configuration.integration import integration_decider
from events.handle import known
from events.heartbeat.expectation import Expectation, expectation
from events.heartbeat.silence import Judgement, judge
from events.ids import IntegrationId, alert_id_for, alert_stream, integration_stream
from events.loading import load
from events.log.codec import codec_for
from events.log.intake.heartbeats import Heard, forget, heard, raise_unless_heard, settle
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.log.recorded import Metadata
from services.attending import Attending
from services.intake.alerts.joining import newest_open
from services.intake.alerts.storing import take_parts
from services.intake.arrival import Intake, Sender
from services.intake.batch.signal import Batch
from services.request_refusals import FiringInDoubt
from services.worker.heartbeats.alert import alert_key, over, wrong

SOURCE: Final = "heartbeats"  # as routing rules know it
# What is wrong is said again, as monitors do: people may have ended its incident too soon.
REPEAT: Final = timedelta(minutes=5)

codec: Final = codec_for(heartbeat_decider.event_types)
logs = structlog.get_logger(__name__)


class HeartbeatWatch:
    """Looks at heartbeats. Looking twice, or once more after a crash half-way, changes nothing."""

    def __init__(self, log: PostgresLog) -> None:
        self._log = log
        self._database = log.database
        self._attending = Attending(log, PostgresInbox(log.database))
        self._storms = asyncio.Semaphore(1)

    @activity.defn(name=LOOK_AT_HEARTBEAT)
    async def look_at_heartbeat(self, task: HeartbeatLookInput) -> HeartbeatLook:
        """Have the alert be as the heartbeat stands, and return when to look again.

        Raises: LogFault.
        """
        heartbeat_id = task.heartbeat_id
        stored = await self._log.opened(await self._log.read_stream(AGGREGATE.stream(heartbeat_id)))
        found = expectation(one.event for one in known(codec, stored))
        last = (await heard(self._database, [heartbeat_id]))[heartbeat_id]
        elsewhere = found is None or found.defined.integration_id != last.raised_with
        if last.raised_with is not None and elsewhere:
            await self._end(heartbeat_id, last.raised_with, last.now, last.now)
            last = replace(last, raised_with=None)
        if found is None:
            await forget(self._database, heartbeat_id)
            return HeartbeatLook(again_after_seconds=None)
        again_after = await self._judged(found, last)
        return HeartbeatLook(again_after_seconds=again_after.total_seconds())

    async def _judged(self, found: Expectation, last: Heard) -> timedelta:
        judged = judge(found.expected, last.pings, last.now)
        if judged.wrong:
            return await self._raise(found, last, judged)
        if last.raised_with is not None:
            ended_at = last.pings.succeeded_at or last.now
            await self._end(found.defined.heartbeat_id, last.raised_with, ended_at, last.now)
        return judged.at - last.now

    async def _raise(self, found: Expectation, last: Heard, judged: Judgement) -> timedelta:
        heartbeat_id, integration_id = found.defined.heartbeat_id, found.defined.integration_id
        sender = await self._sender(integration_id)
        if sender is None:
            logs.error(
                "heartbeat_alerts_nobody", heartbeat_id=heartbeat_id, integration_id=integration_id
            )
            return REPEAT
        if last.raised_with is None:
            seen = last.pings.succeeded_at
            if not await raise_unless_heard(self._database, heartbeat_id, integration_id, seen):
                return timedelta(0)
            logs.info("heartbeat_wrong", heartbeat_id=heartbeat_id, pulse=judged.pulse.value)
        try:
            await self._take(wrong(found, last.pings, judged), sender, last.now)
        except FiringInDoubt as doubt:
            seconds = doubt.facts.get("retry_after")
            return timedelta(seconds=seconds) if isinstance(seconds, int) else REPEAT
        return REPEAT

    async def _end(
        self,
        heartbeat_id: HeartbeatId,
        integration_id: IntegrationId,
        ended_at: datetime,
        at: datetime,
    ) -> None:
        sender = await self._sender(integration_id)
        alert_id = alert_id_for(integration_id, alert_key(heartbeat_id))
        alert, _ = await load(self._log, alert_decider, alert_stream(alert_id))
        if sender is not None and alert.fires and alert.started_at is not None:
            await self._take(over(heartbeat_id, alert.started_at, ended_at), sender, at)
        await settle(self._database, heartbeat_id)
        logs.info("heartbeat_settled", heartbeat_id=heartbeat_id)

    async def _sender(self, integration_id: IntegrationId) -> Sender | None:
        """Return whose alerts they are; a revoked key pings no more, which is silence too."""
        stream = integration_stream(integration_id)
        integration, _ = await load(self._log, integration_decider, stream)
        created = integration.created
        if created is None:
            return None
        return Sender(integration_id=integration_id, service_id=created.service_id)

    async def _take(self, batch: Batch, sender: Sender, at: datetime) -> None:
        intake = Intake(
            log=self._log,
            attending=self._attending,
            sender=sender,
            source=SOURCE,
            losses=Counter(),
            metadata=Metadata(principal=sender.principal, via="workflow"),
            at=at,
            storms=self._storms,
            newest_open=partial(newest_open, self._database),
        )
        await take_parts(batch, intake)
