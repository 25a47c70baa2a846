"""Question starter: a workflow for each team that wants its weekly questions.

It reads the log's tail alone, from the beginning when it starts: a team without its workflow is
found then, and a signal that was lost is given again.
"""

import asyncio
from dataclasses import dataclass, field
from itertools import batched
from typing import Final

from temporalio.client import Client

from events.ids import TeamId
from events.log.codec import wire_name
from events.log.database import Database
from events.questions.events import QuestionsWanted
from services.temporal.standing_workflow import have_run
from workflows.ids import (
    QUESTIONS_CHANGED,
    QUESTIONS_QUEUE,
    QUESTIONS_WORKFLOW,
    questions_workflow_id,
)
from workflows.messages import QuestionsInput

AT_ONCE: Final = 20
PREFIX: Final = "questions-"  # of a stream's name: events/ids.py
WANTED: Final = wire_name(QuestionsWanted)
TAIL: Final = """
select stream from es.event
where position > $1 and position <= $2 and starts_with(stream, 'questions-') and type = $3
order by position
"""
HEAD: Final = "select coalesce(max(position), 0) from es.event"


@dataclass
class QuestionStarter:
    """Keeps a workflow for each team that wants it. Telling one again changes nothing."""

    database: Database
    client: Client
    position: int = 0  # of the newest event it has seen
    changed: set[TeamId] = field(default_factory=set)  # and were not told of it so far

    async def step(self) -> int:
        """Read on, and tell the workflows of what has changed; return how many that were.

        Raises: LogUnavailable.
        """
        head: int = await self.database.fetchval(HEAD)
        if head < self.position:  # an older log was restored
            self.position = 0
        for row in await self.database.fetch(TAIL, self.position, head, WANTED):
            self.changed.add(TeamId(row["stream"].removeprefix(PREFIX)))
        self.position = head
        number = 0
        for few in batched(sorted(self.changed), AT_ONCE):
            number += sum(await asyncio.gather(*(self._tell(one) for one in few)))
        return number

    async def _tell(self, team_id: TeamId) -> bool:
        done = await have_run(
            self.client,
            QUESTIONS_WORKFLOW,
            QuestionsInput(team_id=team_id),
            workflow_id=questions_workflow_id(team_id),
            queue=QUESTIONS_QUEUE,
            signal=QUESTIONS_CHANGED,
        )
        if done:
            self.changed.discard(team_id)
        return done
