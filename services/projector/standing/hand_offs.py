"""Hand-off starter: a workflow for each schedule, which hears of every change that concerns it.

It reads the log's tail alone, from the beginning when it starts: a schedule without its workflow
is found then, and a signal that was lost is given again.
"""

import asyncio
from dataclasses import dataclass, field
from itertools import batched
from typing import Final

from temporalio.client import Client

from events.ids import ScheduleId
from events.log.codec import wire_name
from events.log.database import Database
from events.schedule.events import ScheduleDefined, ScheduleEnded
from events.subject.events import SubjectForgotten
from services.temporal.standing_workflow import have_run
from workflows.ids import (
    HAND_OFF_WORKFLOW,
    ON_CALL_QUEUE,
    SCHEDULE_CHANGED,
    hand_off_workflow_id,
)
from workflows.messages import HandOffInput

AT_ONCE: Final = 20
ROWS: Final = 1000
PREFIX: Final = "schedule-"  # of a stream's name: events/ids.py
FORGOTTEN: Final = wire_name(SubjectForgotten)
DEFINED: Final = wire_name(ScheduleDefined)
ENDED: Final = wire_name(ScheduleEnded)
# Everything of schedules, and who is gone: they may be on any of them.
TAIL: Final = """
select position, stream, type from es.event
where position > $1 and position <= $2
    and (starts_with(stream, 'schedule-') or type = $3)
order by position
"""
HEAD: Final = "select coalesce(max(position), 0) from es.event"


@dataclass
class HandOffs:
    """Keeps a hand-off workflow for each schedule. Telling one again changes nothing."""

    database: Database
    client: Client
    position: int = 0  # of the newest event it has seen
    schedules: set[ScheduleId] = field(default_factory=set)  # that have not ended
    changed: set[ScheduleId] = field(default_factory=set)  # and were not told of it so far

    async def step(self) -> int:
        """Read on, and tell the workflows of what has changed; return how many that were.

        Raises: LogUnavailable.
        """
        await self._read_on()
        number = 0
        for few in batched(sorted(self.changed), AT_ONCE):
            done = await asyncio.gather(*(self._tell(one) for one in few))
            number += sum(done)
        return number

    async def _read_on(self) -> None:
        head: int = await self.database.fetchval(HEAD)
        if head < self.position:  # an older log was restored
            self.position, self.schedules = 0, set()
        while self.position < head:
            until = min(head, self.position + ROWS * AT_ONCE)
            for row in await self.database.fetch(TAIL, self.position, until, FORGOTTEN):
                self._take(row["stream"], row["type"])
            self.position = until

    def _take(self, stream: str, event_type: str) -> None:
        if event_type == FORGOTTEN:
            self.changed |= self.schedules
            return
        schedule_id = ScheduleId(stream.removeprefix(PREFIX))
        if event_type == DEFINED:
            self.schedules.add(schedule_id)
        elif event_type == ENDED:
            self.schedules.discard(schedule_id)
        self.changed.add(schedule_id)

    async def _tell(self, schedule_id: ScheduleId) -> bool:
        done = await have_run(
            self.client,
            HAND_OFF_WORKFLOW,
            HandOffInput(schedule_id=schedule_id),
            workflow_id=hand_off_workflow_id(schedule_id),
            queue=ON_CALL_QUEUE,
            signal=SCHEDULE_CHANGED,
        )
        if done:
            self.changed.discard(schedule_id)
        return done
