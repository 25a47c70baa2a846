"""Case: one simulated incident in the hands of people, and how each of them gives it a command."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from events.ids import IncidentId, ResponderId, incident_stream
from events.incident.decide import AGGREGATE as INCIDENT
from events.incident.state import Incident
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.draws import Draws
from services.simulation.clockwork.world import World, person
from services.simulation.trouble.failures import Failure
from services.simulation.trouble.monitors import Monitors, Seen


@dataclass(slots=True, kw_only=True)
class Case:
    """An incident, what failed, and what is seen of it."""

    world: World
    monitors: Monitors
    failure: Failure
    incident_id: IncidentId
    seen: Seen | None = None  # by the monitor; None: people declared it
    lead: ResponderId = field(default=ResponderId(""))  # whoever took it last

    @property
    def draws(self) -> Draws:
        """Return the dice."""
        return self.world.draws

    @property
    def stream(self) -> str:
        """Return the incident's stream."""
        return incident_stream(self.incident_id)

    @property
    def zone(self) -> str:
        """Return where the team lives."""
        return self.failure.service.team.zone

    def minutes(self, low: float, high: float, *names: object) -> Wait:
        """Return the wait of somebody who does something: a while that is drawn for it."""
        dice = self.draws.dice(self.failure.name, *names)
        return Wait(until=self.world.in_minutes(dice.uniform(low, high)))

    def happens(self, share: float, *names: object) -> bool:
        """Return whether something happens in this case that does in a share of all."""
        return self.draws.dice(self.failure.name, *names).random() < share

    async def state(self) -> Incident:
        """Return the incident as the log has it now."""
        incident: Incident = await self.world.state(INCIDENT, self.incident_id)
        return incident

    async def does(
        self, command: type, by: ResponderId | None = None, **said: Any
    ) -> Sequence[UUID]:
        """Have somebody give the incident a command, the lead unless told; return the events.

        Raises: CommandRejected.
        """
        given = command(actor=person(by or self.lead), at=self.world.now, **said)
        return await self.world.give(INCIDENT, self.incident_id, given)

    async def until_taken(self) -> AsyncGenerator[Wait]:
        """Wait until somebody has the incident, who leads it from then on; or it is over."""
        while True:
            incident = await self.state()
            if incident.acknowledged_by is not None or incident.ended:
                by = incident.acknowledged_by or ""
                self.lead = ResponderId(by.removeprefix("responder:"))
                return
            yield Wait(streams=(self.stream,))
