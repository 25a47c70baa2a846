"""Storms: what an integration sends beyond the incidents that people can look at is one incident.

Each process counts the incidents that it lets groups open, by integration and where they go. The
one that is one too many begins a storm, in the log: from then on every process sends to the storm's
incident what would open another one. Alerts whose group has an open incident join that as ever.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import uuid5

import structlog

from events.alert_storm.commands import DetectAlertStorm
from events.alert_storm.decide import alert_storm_decider
from events.alert_storm.events import AlertStormDetected
from events.alert_storm.state import AlertStorm, group_of
from events.folded_streams import newest
from events.handle import handle
from events.ids import AlertStormId, alert_storm_id_for, alert_storm_stream
from events.loading import load
from services.intake.alerts.report import Report
from services.intake.arrival import Intake
from services.intake.batch.signal import Route
from services.intake.openings import Openings

logger = structlog.get_logger(__name__)

type Storming = Callable[[Report], Awaitable[Report | None]]


async def no_storm(_report: Report) -> Report | None:
    """Return that there is no storm, where nothing is counted."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Storms:
    """Storms of the sender of one message."""

    intake: Intake
    openings: Openings
    above: int | None  # incidents within a minute; None: there are no storms

    async def instead_of(self, report: Report) -> Report | None:
        """Return the report as one of a storm, if it would open one incident too many.

        Raises: LogUnavailable, LogOverloaded.
        """
        route = report.batch.route
        if self.above is None or (route is not None and route.ticket_only):
            return None
        storm_id = self._storm_id(route)
        if self.openings.has(storm_id, report.group_id, self.intake.at):
            return None
        storm, _ = await newest(self.intake.log, alert_storm_decider, alert_storm_stream(storm_id))
        if not storm.goes_on:
            if self.openings.lets(storm_id, report.group_id, self.above, self.intake.at):
                return None
            storm = await self._begun(storm_id, storm, self.above)
        return stormy(report, storm.newest) if storm.newest else None

    def _storm_id(self, route: Route | None) -> AlertStormId:
        sender = self.intake.sender
        service_id = (route and route.service_id) or sender.service_id
        policy_id = (route and route.escalation_policy_id) or ""
        return alert_storm_id_for(sender.integration_id, service_id, policy_id)

    async def _begun(self, storm_id: AlertStormId, before: AlertStorm, above: int) -> AlertStorm:
        sender, name = self.intake.sender, f"detect:{before.number}"
        stream = alert_storm_stream(storm_id)
        handled = await handle(
            self.intake.log,
            alert_storm_decider,
            stream,
            DetectAlertStorm(
                storm_id=storm_id,
                integration_id=sender.integration_id,
                service_id=sender.service_id,
                above=above,
                at=self.intake.at,
            ),
            command_id=uuid5(storm_id, name),
            request_digest=sha256(f"{storm_id}:{name}".encode()).digest(),
            metadata=self.intake.metadata,
        )
        if handled.events and not handled.duplicate:
            logger.warning("alert_storm", integration_id=sender.integration_id, above=above)
        storm, _ = await load(self.intake.log, alert_storm_decider, stream)
        return storm


def stormy(report: Report, storm: AlertStormDetected) -> Report:
    """Return the report with the storm's incident as its group's, and the storm's words."""
    batch = report.batch
    group_id = group_of(storm.storm_id, storm.number)
    route = batch.route or Route(group_id=group_id)
    words = (
        f"{batch.sender} opens more than {storm.above} incidents a minute: what it sends beyond"
        " those is this one incident, until it is calm for five minutes."
    )
    return replace(
        report,
        group_id=group_id,
        batch=replace(
            batch,
            title=f"Alert storm: more than {storm.above} incidents a minute from {batch.sender}",
            summary="\n".join(filter(None, (words, batch.summary))),
            group_key=f"storm {storm.number}",
            route=replace(route, group_id=group_id, window=None, joins_service=False),
        ),
        storm=True,
    )
