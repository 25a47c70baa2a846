"""Webhook receiver: how a report of alerts becomes alerts and at most one incident.

Every step is its own append under a command id made from what the report says, and every step is
taken only where the log does not show it yet. So a report that comes again, at the same time as
itself, or after a crash half-way, ends where one report ends.

When a report is answered, each alert that fires in it is open in an incident that somebody has, is
paged for or will be paged for; where that cannot be said yet, the report is asked for again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from math import ceil
from typing import Any, Final, cast
from uuid import UUID, uuid5

from events.alert.commands import AlertCommand, MoveAlert
from events.alert.decide import alert_decider
from events.alert.state import Alert
from events.alert_group.commands import AlertGroupCommand, JoinAlertGroup, OpenAlertGroup
from events.alert_group.decide import alert_group_decider
from events.alert_group.state import AlertGroup
from events.errors import LogOverloaded, StreamConflict
from events.folded_streams import newest
from events.handle import handle
from events.ids import (
    AlertGroupId,
    AlertId,
    IncidentId,
    alert_group_stream,
    alert_stream,
)
from events.loading import load
from events.log.store import Log
from events.service.alert_handling import AS_USUAL, AlertHandling
from services.commanding.expected_incident import ExpectedIncident
from services.intake.alerts.joining import may_join
from services.intake.alerts.report import Report, hold_command, resolve_command, trigger_command
from services.intake.alerts.sorting import Arriving, Seen, Sorting, firing_in, sort
from services.intake.alerts.storms import Storming, no_storm
from services.intake.arrival import Intake
from services.request_refusals import FiringInDoubt

ATTEMPTS: Final = 5  # to find the incident while others open and end it
AT_ONCE: Final = 32  # alerts of one report; the log's group commit takes them together


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The incident that takes a report's alerts."""

    incident_id: IncidentId
    reference: str
    opened: bool = False  # by this report
    position: int = 0  # where it was opened
    storm: bool = False  # it takes whatever its integration sends


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One alert as it stands after the report."""

    alert_id: AlertId
    alert: Alert
    position: int = 0  # where the report changed it


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Result of a report."""

    placed: Placed | None  # None when no alert needed an incident
    alerts: tuple[Stored, ...]
    position: int  # all of it can be read from here on
    doubted: dict[AlertId, datetime] = field(default_factory=dict)  # until when


type Declare = Callable[[Report, IncidentId], Awaitable[Placed]]


class Receiver:
    """Takes in one report. `declare` declares an incident for it, once, under the id given."""

    def __init__(
        self,
        intake: Intake,
        log: Log,
        declare: Declare,
        handling: AlertHandling = AS_USUAL,
        storming: Storming = no_storm,
    ) -> None:
        self._log = log  # the intake's, which may have read ahead
        self._unread = intake.log
        self._attending = intake.attending
        self._metadata = intake.metadata
        self._at = intake.at
        self._declare = declare
        self._newest_open = intake.newest_open
        self._service_id = intake.sender.service_id
        self._handling = handling  # of the sender's service
        self._storming = storming
        self._room = asyncio.Semaphore(AT_ONCE)

    async def receive(self, report: Report) -> Received:
        """Store what the report says; everything is committed when this returns.

        Raises: LogUnavailable, LogOverloaded: nothing is promised, the report must come again;
        FiringInDoubt: the same, but whatever is certain is stored.
        """
        try:
            received = await self._receive(report)
        except StreamConflict as lost:
            raise LogOverloaded("Too many reports on the same alerts at once.") from lost
        if received.doubted:
            raise in_doubt(report, received.doubted, self._at)
        return received

    async def _receive(self, report: Report) -> Received:
        """Go on until the incident that took the alerts still takes alerts once they are stored."""
        mine: set[AlertId] = set()  # they came after whatever ended their incident
        for _ in range(ATTEMPTS):
            seen = await self._at_once(self._seen(alert_id) for alert_id in report.signals)
            sorting = await self._sorted(report, seen, mine)
            received = await self._stored(report, sorting)
            if received.placed is None or received.placed.opened:  # nobody knows of it yet
                return received
            home = await self._attending.expected(received.placed.incident_id)
            if home.takes_alerts:
                return received
            mine |= sorting.arriving.keys()
        raise LogOverloaded("The group's incidents end faster than its alerts can join one.")

    async def _sorted(
        self, report: Report, seen: Iterable[Seen], mine: Collection[AlertId]
    ) -> Sorting:
        """Return what is to become of each alert, by where the incident stands that it is in."""
        held = {one.alert.incident_id for one in seen if one.fires_in(report)}
        open_in = [one for one in held if one is not None]
        found = await self._at_once(self._attending.expected(one) for one in open_in)
        homes = dict(zip(open_in, found, strict=True))
        sorting = sort(report, seen, homes, mine, self._at)
        if sorting.unsettled and (sorting.arriving or await self._has_a_home(report)):
            return sorting.settled()
        return sorting

    async def _has_a_home(self, report: Report) -> bool:
        group, _ = await newest(
            self._unread, alert_group_decider, alert_group_stream(report.group_id)
        )
        if group.incident_id is None or group.is_past(
            report.window, self._at, rolling=report.rolling
        ):
            return False
        return (await self._attending.expected(group.incident_id)).takes_alerts

    async def _stored(self, report: Report, sorting: Sorting) -> Received:
        placed = await self._place(report) if sorting.arriving else None
        if placed is not None and not placed.opened:
            await self._attend(placed.incident_id, report, sorting.arriving, placed)
        await self._at_once(
            self._attend(incident_id, report, standing)
            for incident_id, standing in sorting.standing.items()
        )
        stored = await self._at_once(
            self._store(report, one, sorting, placed) for one in sorting.seen
        )
        position = max([*(one.position for one in stored), placed.position if placed else 0])
        return Received(
            placed=placed,
            alerts=tuple(stored),
            position=position or await self._log.head(),
            doubted=sorting.doubted,
        )

    async def _attend(
        self,
        incident_id: IncidentId,
        report: Report,
        alerts: Collection[AlertId],
        joining: Placed | None = None,
    ) -> None:
        """See to it that the incident is looked at, before its alerts are stored.

        Cut off in between, the report comes again, and its alerts are still news. None of those
        that join a storm gives the incident its words.
        """
        firing = firing_in(report, alerts, news=joining is not None, at=self._at)
        if joining is not None and joining.storm:
            firing = replace(firing, title=None, summary=None, began_at=None)
        await self._attending.see_to(incident_id, firing, self._metadata, self._at)

    async def _place(self, report: Report) -> Placed:
        """Return the group's incident: the one that still takes alerts, or a new one."""
        stream = alert_group_stream(report.group_id)
        for _ in range(ATTEMPTS):
            group, version = await newest(self._unread, alert_group_decider, stream)
            if group.incident_id is not None:
                home = await self._attending.expected(group.incident_id)
                if not home.version:  # declared by this report so far, or by one cut off half-way
                    placed = await self._declare(report, group.incident_id)
                    return replace(placed, storm=report.storm)
                past = group.is_past(report.window, self._at, rolling=report.rolling)
                if not past and await self._goes_on(home, report):
                    await self._roll_on(report, group, version)
                    return Placed(
                        incident_id=home.incident_id,
                        reference=home.incident.reference,
                        storm=report.storm,
                    )
            joined = await self._joined(report)
            stormy = None if joined or report.storm else await self._storming(report)
            if stormy is not None:
                return await self._place(stormy)
            await self._open(report, group, version, joined)
        raise LogOverloaded("The group's incidents end faster than its alerts can join one.")

    async def _roll_on(self, report: Report, group: AlertGroup, version: int) -> None:
        """Let a window that rolls begin anew, as more alerts come to the group."""
        if not report.rolling or report.window is None or group.incident_id is None:
            return
        join = JoinAlertGroup(
            group_id=report.group_id,
            incident_id=group.incident_id,
            window=report.window,
            at=self._at,
        )
        if alert_group_decider.decide(join, group):
            name = f"join:{version}"
            await self._handle_group(report.group_id, join, name)

    async def _handle_group(
        self, group_id: AlertGroupId, command: AlertGroupCommand, name: str
    ) -> None:
        await handle(
            self._log,
            alert_group_decider,
            alert_group_stream(group_id),
            command,
            command_id=uuid5(group_id, name),
            request_digest=digest_of(group_id, name),
            metadata=self._metadata,
        )

    async def _goes_on(self, home: ExpectedIncident, report: Report) -> bool:
        """Return whether the group's incident takes the alerts, reopened if it has to be."""
        if home.takes_alerts:
            return True
        if not self._handling.reopens(home.incident.over_since, self._at):
            return False
        first = next((one for one in report.signals.values() if one.firing), None)
        if first is None:
            return False
        return await self._attending.reopen(home, first.name, self._metadata, self._at)

    async def _joined(self, report: Report) -> IncidentId | None:
        """Return the open incident of its service that a rule has the group join, if any."""
        route = report.batch.route
        if route is None or not route.joins_service:
            return None
        service_id = route.service_id or self._service_id
        found = await self._newest_open(service_id)
        if found is None:
            return None
        home = await self._attending.expected(found)
        return (
            home.incident_id if may_join(home, service_id, ticket_only=route.ticket_only) else None
        )

    async def _open(
        self, report: Report, group: AlertGroup, version: int, joined: IncidentId | None
    ) -> None:
        """Send the group to a new incident, or one that it joins; whoever is first says which."""
        command = OpenAlertGroup(
            group_id=report.group_id,
            integration_id=report.integration_id,
            group_key=report.batch.group_key,
            incident_id=joined or IncidentId(uuid5(report.group_id, f"incident:{version}")),
            instead_of=group.incident_id,
            at=self._at,
        )
        await self._handle_group(report.group_id, command, f"open:{version}")

    async def _seen(self, alert_id: AlertId) -> Seen:
        stream = alert_stream(alert_id)
        alert, version = await load(self._log, alert_decider, stream)
        return Seen(alert_id=alert_id, alert=alert, version=version)

    async def _store(
        self, report: Report, seen: Seen, sorting: Sorting, placed: Placed | None
    ) -> Stored:
        signal = report.signals[seen.alert_id]
        occurrence = f"{seen.version}:{signal.started_at.isoformat()}"
        arriving = sorting.arriving.get(seen.alert_id)
        if placed is not None and arriving is Arriving.TRIGGERED:
            trigger = trigger_command(
                report, seen.alert_id, placed.incident_id, self._at, seen.alert
            )
            return await self._handle(seen, trigger, f"trigger:{occurrence}")
        if placed is not None and arriving is Arriving.MOVED:
            move = MoveAlert(incident_id=placed.incident_id, at=self._at)
            return await self._handle(seen, move, f"move:{seen.version}:{placed.incident_id}")
        hold, holding = sorting.held.get(seen.alert_id), report.holding
        if hold is not None and holding is not None:
            about = (seen.alert_id, seen.alert)
            held = hold_command(report, about, hold, holding, self._at)
            if alert_decider.decide(held, seen.alert):
                return await self._handle(seen, held, f"hold:{occurrence}:{hold.reason}")
        resolve = resolve_command(signal, self._at)
        if not signal.firing and alert_decider.decide(resolve, seen.alert):
            return await self._handle(seen, resolve, f"resolve:{occurrence}")
        return Stored(alert_id=seen.alert_id, alert=seen.alert)

    async def _handle(self, seen: Seen, command: AlertCommand, name: str) -> Stored:
        handled = await handle(
            self._log,
            alert_decider,
            alert_stream(seen.alert_id),
            command,
            command_id=uuid5(seen.alert_id, name),
            request_digest=digest_of(seen.alert_id, name),
            metadata=self._metadata,
        )
        if not handled.events:  # another report was first
            seen = await self._seen(seen.alert_id)
        return Stored(
            alert_id=seen.alert_id,
            alert=alert_decider.fold((one.event for one in handled.events), seen.alert),
            position=handled.result.last_position,
        )

    async def _at_once[Result](self, steps: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
        """Return the results of all steps; when one fails the others are still carried out."""

        async def in_turn(step: Coroutine[Any, Any, Result]) -> Result:
            async with self._room:
                return await step

        results = await asyncio.gather(*map(in_turn, steps), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return cast("list[Result]", results)


def digest_of(subject: UUID, name: str) -> bytes:
    """Return what a step is about: not its texts, which monitors word anew at every report."""
    return sha256(f"{subject}:{name}".encode()).digest()


def in_doubt(report: Report, doubted: dict[AlertId, datetime], at: datetime) -> FiringInDoubt:
    """Return the refusal that names an alert and says when it is believed."""
    alert_id, until = max(doubted.items(), key=lambda one: one[1])
    seconds = max(1, ceil((until - at).total_seconds()))
    return FiringInDoubt(
        f"Alert {report.signals[alert_id].name} fires, and it, or the incident it was in, has only"
        f" just ended: send it again in {seconds} s if it fires still.",
        retry_after=seconds,
    )
