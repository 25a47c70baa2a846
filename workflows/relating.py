"""Requests between incidents' workflows: asked until answered, and answered.

Both sides record what they know in their own streams. Asking again, in this run or the next, is
harmless: who has agreed agrees again.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import uuid5

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.refusals import as_refusal
    from events.errors import CommandRejected
    from events.ids import IncidentId, incident_stream
    from events.incident.commands import IncidentCommand
    from events.incident.decide import incident_decider
    from events.incident.events import IncidentEvent
    from events.incident.relations.commands import ConcludeRequest, ReleaseChild
    from events.incident.relations.requests import Request, requests
    from events.incident.state import Incident
    from workflows.aggregate import Aggregate, automatic, state_of
    from workflows.ids import INCIDENT_ASKED, INCIDENT_REPLIED, incident_workflow_id
    from workflows.messages import IncidentAsked, IncidentReply

ASK_SOON = timedelta(seconds=1)  # a declared incident's workflow starts a moment later
ASK_AGAIN = timedelta(seconds=10)  # the other may have lost the question, or its answer the way


class Relating:
    """The incident's side of every request, its own and others'."""

    def __init__(
        self,
        incident_id: IncidentId,
        incident: Aggregate[IncidentCommand, Incident, IncidentEvent],
    ) -> None:
        self._incident_id = incident_id
        self._incident = incident
        self._concluded: set[int] = set()  # in this run
        self._replies: dict[str, IncidentReply] = {}

    async def follow(self, stopping: Callable[[], bool]) -> None:
        """Ask what has to be asked, one after the other, until it is answered or time to stop."""
        while (request := self._next()) is not None and not stopping():
            reply = await self._ask(request, stopping)
            if reply is not None:
                await self._conclude(request, reply)

    async def answer(self, asked: IncidentAsked) -> None:
        """Carry out what another incident asks, and tell it what became of it."""
        refusal: str | None = None
        try:
            await self._incident.execute(automatic(asked.command_id, asked.command))
        except ApplicationError as refused:
            if as_refusal(refused) is None:
                raise
            refusal = refused.message
        reply = IncidentReply(mark=asked.mark, refusal=refusal)
        asker = workflow.get_external_workflow_handle(incident_workflow_id(asked.asker))
        # Not found: its next run asks again.
        with suppress(ApplicationError):
            await asker.signal(INCIDENT_REPLIED, reply)

    def replied(self, reply: IncidentReply) -> None:
        """Take the answer to a request of this run."""
        self._replies[reply.mark] = reply

    def _next(self) -> Request | None:
        waiting = requests(self._incident.state)
        return next((request for request in waiting if request.number not in self._concluded), None)

    async def _ask(self, request: Request, stopping: Callable[[], bool]) -> IncidentReply | None:
        """Return the other's answer; None if it is to be asked again.

        Only the answer to the newest question counts: the other may have changed its mind.
        """
        mark = str(workflow.uuid4())
        other = workflow.get_external_workflow_handle(incident_workflow_id(request.to))
        asked = IncidentAsked(
            asker=self._incident_id,
            mark=mark,
            command_id=uuid5(self._incident_id, f"request:{request.number}"),
            command=request.command,
        )
        patience = ASK_AGAIN
        try:
            await other.signal(INCIDENT_ASKED, asked)
        except ApplicationError:  # it is over, or not started yet
            reply = await self._found(request, mark)
            if reply is not None:
                return reply
            patience = ASK_SOON
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: mark in self._replies or stopping(),
                timeout=patience,
                timeout_summary=f"{incident_workflow_id(request.to)} may stay silent",
            )
        return self._replies.pop(mark, None)

    async def _found(self, request: Request, mark: str) -> IncidentReply | None:
        """Return what the log says for an incident whose workflow is over; None if it is not."""
        other = await state_of(incident_stream(request.to), incident_decider.initial)
        try:
            events = incident_decider.decide(request.command, other.state)
        except CommandRejected as refusal:
            return IncidentReply(mark=mark, refusal=refusal.detail)
        return None if events else IncidentReply(mark=mark, refusal=None)

    async def _conclude(self, request: Request, reply: IncidentReply) -> None:
        self._concluded.add(request.number)
        if isinstance(request.command, ReleaseChild):
            return
        command = ConcludeRequest(
            number=request.number,
            refusal=reply.refusal,
            actor=request.command.actor,
            at=workflow.now(),
        )
        await self._incident.command_itself(command, f"concluded:{request.number}")
