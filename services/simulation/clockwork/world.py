"""World: the simulated log and its clock, and the one way in which a command is carried out.

It is the way of the workflows: decide on the stream as the log has it, append under the version
that was seen. Every rule applies; nothing is written that a rule has not decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Self
from uuid import UUID, uuid5

from events.actor import Actor
from events.aggregate import Aggregate
from events.errors import CommandRejected
from events.folded_streams import newest
from events.ids import TOCSIN, PageId, ResponderId
from events.log.codec import codec_for
from events.log.memory import MemoryLog
from events.log.recorded import Append, AppendResult, Metadata, Verdict
from events.registry import ALL_EVENTS
from services.simulation.clockwork.agenda import Agenda
from services.simulation.clockwork.draws import Draws

OFFICE: Final = Actor(principal="api_key:simulation", is_admin=True)  # who sets the company up
CODEC: Final = codec_for(ALL_EVENTS)


class SimulatedLog(MemoryLog):
    """Log of a simulation: its clock is the agenda's, and who waits for a stream hears of it."""

    def __init__(self, agenda: Agenda) -> None:
        super().__init__(lambda: agenda.now)
        self._agenda = agenda

    async def append(self, request: Append) -> AppendResult:
        """Store the request's events and say how it went."""
        result = await super().append(request)
        if result.verdict is Verdict.APPENDED and request.events:
            self._agenda.happened(request.stream)
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Itself:
    """Command that a machine gives: under an id that stays the same however often it is given."""

    command_id: UUID
    metadata: Metadata

    @classmethod
    def workflow(cls, workflow_id: str, own: UUID, why: str) -> Self:
        """Return what a workflow's own command goes by, as in workflows/aggregate.py."""
        metadata = Metadata(principal=f"workflow:{workflow_id}", via="workflow")
        return cls(command_id=uuid5(own, why), metadata=metadata)


class World:
    """One simulated company's log, clock and dice."""

    def __init__(self, seed: int, begins: datetime, ends: datetime) -> None:
        self.ends = ends
        self.agenda = Agenda(begins)
        self.log = SimulatedLog(self.agenda)
        self.draws = Draws(seed)
        self.patterns: frozenset[str] = frozenset()  # that were asked for
        self.zones: dict[ResponderId, str] = {}  # where people live
        self.names: dict[ResponderId, str] = {}
        self.hero = ResponderId("")  # who takes what others are on call for, if it is asked for
        self.asked: dict[tuple[PageId, ResponderId], int] = {}  # how often, of each page
        self.planted: dict[str, list[UUID]] = {}  # the events of each planted pattern
        self._own = uuid5(TOCSIN, f"simulation:{seed}")
        self._given = 0

    @property
    def now(self) -> datetime:
        """Return what the simulation's clock shows."""
        return self.agenda.now

    def in_minutes(self, minutes: float) -> datetime:
        """Return the time so many minutes from now, to the second as people's clocks show it."""
        return self.now + timedelta(seconds=round(minutes * 60))

    def new_id(self) -> UUID:
        """Return an id that the simulation gives nobody else."""
        self._given += 1
        return uuid5(self._own, str(self._given))

    async def state(self, aggregate: Aggregate, identity: object) -> Any:
        """Return an aggregate as the log has it now."""
        state, _ = await newest(self.log, aggregate.decider, aggregate.stream(identity))
        return state

    async def give(
        self, aggregate: Aggregate, identity: object, command: Any, itself: Itself | None = None
    ) -> Sequence[UUID]:
        """Carry out a command and return the ids of the events that followed.

        Raises: CommandRejected.
        """
        stream = aggregate.stream(identity)
        state, version = await newest(self.log, aggregate.decider, stream)
        events = aggregate.decider.decide(command, state)
        if not events:
            return ()
        command_id = itself.command_id if itself else self.new_id()
        request = Append(
            stream=stream,
            command_id=command_id,
            request_digest=sha256(command_id.bytes).digest(),
            expected_version=version,
            events=tuple(map(CODEC.encode, events)),
            metadata=itself.metadata if itself else metadata_of(command),
        )
        result = await self.log.append(request)
        if result.verdict is not Verdict.APPENDED:
            raise AssertionError(f"{stream}: {command} was not stored: {result.verdict}")
        stored = await self.log.read_stream(stream, version)
        return [one.event_id for one in stored]

    async def try_to(
        self, aggregate: Aggregate, identity: object, command: Any, itself: Itself | None = None
    ) -> Sequence[UUID]:
        """Carry out a command where things have not moved on meanwhile; nothing if they have."""
        try:
            return await self.give(aggregate, identity, command, itself)
        except CommandRejected:
            return ()

    def shows(self, pattern: str) -> bool:
        """Return whether the year is to show an anti-pattern."""
        return pattern in self.patterns

    def plant(self, pattern: str, events: Sequence[UUID]) -> None:
        """Remember which events show a pattern that was asked for."""
        self.planted.setdefault(pattern, []).extend(events)

    def report(self) -> Mapping[str, Sequence[str]]:
        """Return the events of each planted pattern, by their ids."""
        return {name: [str(one) for one in events] for name, events in self.planted.items()}


def person(responder_id: ResponderId) -> Actor:
    """Return somebody as whoever gives a command."""
    return Actor(principal=f"account:{responder_id}", responder_id=responder_id)


def metadata_of(command: Any) -> Metadata:
    """Return what the events of somebody's command say of their cause."""
    actor: Actor | None = getattr(command, "actor", None)
    if actor is None:
        return Metadata(principal=f"integration:{command.integration_id}")
    via = "link" if getattr(command, "page_id", None) else "api"
    return Metadata(principal=actor.principal, on_behalf_of=actor.responder_id, via=via)
