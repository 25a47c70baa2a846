"""Notice plan: what is due of a schedule, and a message for each way to each person it is for."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final
from uuid import uuid5

from temporalio import activity

from activities.delivery.provider import supports
from activities.hand_off.schedules import Watched, watched
from activities.payloads import PLAN_NOTICES, NoticePlan, NoticePlanInput, PlannedNotice
from events.actor import actor_named
from events.configuration.responder import responder_decider
from events.delivery.events import NOTICE, IntendedDelivery
from events.hand_off.decide import hand_off_decider
from events.hand_off.due import due_notices
from events.hand_off.notices import Notice
from events.handle import handle
from events.ids import (
    TOCSIN,
    ResponderId,
    ScheduleId,
    hand_off_stream,
    notice_id_for,
    responder_stream,
    schedule_stream,
)
from events.loading import load
from events.log.recorded import Metadata
from events.log.store import Log
from events.schedule.cover.commands import ExpireCover
from events.schedule.cover.state import CoverStatus
from events.schedule.decide import schedule_decider

METADATA: Final = Metadata(principal="workflow:hand_off", via="workflow")


class NoticePlanning:
    """Plans notices from the log alone."""

    def __init__(self, log: Log) -> None:
        self._log = log

    @activity.defn(name=PLAN_NOTICES)
    async def plan_notices(self, task: NoticePlanInput) -> NoticePlan:
        """Return what is due at this moment.

        Raises: LogFault.
        """
        found = await watched(self._log, task.schedule_id)
        if found is None:
            return NoticePlan()
        given, _ = await load(self._log, hand_off_decider, hand_off_stream(task.schedule_id))
        await self._expire(found, task)
        due = due_notices(found.rota, given.given, task.at, found.schedule.cover)
        notices = [
            PlannedNotice(
                notice=notice,
                deliveries=await self._deliveries(
                    task.schedule_id,
                    notice,
                    [notice.responder_id] if notice.responder_id else found.owners,
                ),
            )
            for notice in due.notices
        ]
        return NoticePlan(notices=tuple(notices), again_at=due.again_at)

    async def _expire(self, found: Watched, task: NoticePlanInput) -> None:
        """End the requests for cover whose time has come: the log says so, and not their age."""
        for request in found.schedule.cover:
            if request.ended or request.status(task.at) is not CoverStatus.EXPIRED:
                continue
            name = f"cover:{task.schedule_id}:{request.number}:expired"
            command = ExpireCover(
                schedule_id=task.schedule_id,
                number=request.number,
                actor=actor_named(METADATA.principal),
                at=task.at,
            )
            await handle(
                self._log,
                schedule_decider,
                schedule_stream(task.schedule_id),
                command,
                command_id=uuid5(TOCSIN, name),
                request_digest=sha256(name.encode()).digest(),
                metadata=METADATA,
            )

    async def _deliveries(
        self, schedule_id: ScheduleId, notice: Notice, people: Iterable[ResponderId]
    ) -> tuple[IntendedDelivery, ...]:
        intended: list[IntendedDelivery] = []
        for who in people:
            responder, _ = await load(self._log, responder_decider, responder_stream(who))
            methods = enumerate(responder.contact_methods if responder else ())
            intended += [
                IntendedDelivery(
                    delivery_id=notice_id_for(
                        schedule_id, notice.name, who, method.channel, address
                    ),
                    responder_id=who,
                    channel=method.channel,
                    address=address,
                )
                for address, method in methods
                if supports(method.channel, NOTICE)
            ]
        return tuple(intended)
