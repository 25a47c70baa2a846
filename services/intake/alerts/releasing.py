"""Releasing held alerts: each goes through the receiver of every alert, as if it came just now.

So rules, groups, incidents and pages are those of this moment, and what holds it back by now keeps
it. One that is over by then, or that a message of its sender let through, is left alone. Released
twice, at once or after a crash half-way, it is released once: its step is made from its version.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from events.alert.decide import alert_decider
from events.alert.events import AlertHeld
from events.configuration.integration import integration_decider
from events.errors import CommandRejected, LogOverloaded
from events.handle import beginnings
from events.ids import AlertId, IntegrationId, alert_stream, integration_stream
from events.loading import folded, load
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from services.attending import Attending
from services.intake.alerts.held import batch_of_held
from services.intake.alerts.joining import newest_open
from services.intake.alerts.storing import take_parts
from services.intake.arrival import Intake, Sender

AT_ONCE: Final = 500  # alerts that are read, and go, together

logs = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Alerts that came together, and go together."""

    integration_id: IntegrationId
    source: str
    sender: str
    group_key: str


class Releasing:
    """Releases held alerts, a few hundred at once."""

    def __init__(self, log: PostgresLog, attending: Attending) -> None:
        self._log = log
        self._attending = attending
        self._storms = asyncio.Semaphore(1)
        self._refused: Counter[AlertId] = Counter()  # how often the receiver did not take them

    async def release(self, alerts: Iterable[AlertId], at: datetime) -> int:
        """Decide these alerts anew, and return how many of them changed.

        What the receiver refuses keeps nothing else back, and comes last the next time.
        Raises: LogUnavailable.
        """
        in_order = sorted(alerts, key=lambda one: self._refused[one])
        number = 0
        for begin in range(0, len(in_order), AT_ONCE):
            for group, held in (await self._by_group(in_order[begin:][:AT_ONCE])).items():
                number += await self._tried(group, held, at)
        self._refused = Counter({one: self._refused[one] for one in in_order if self._refused[one]})
        return number

    def refused(self, alert_id: AlertId) -> bool:
        """Return whether the receiver did not take the alert at its last look."""
        return self._refused[alert_id] > 0

    async def _tried(self, group: _Group, held: list[AlertHeld], at: datetime) -> int:
        try:
            number = await self._take(group, held, at)
        except (CommandRejected, LogOverloaded) as refusal:
            self._refused.update(one.alert_id for one in held)
            logs.warning(
                "release_put_off",
                integration_id=group.integration_id,
                alerts=len(held),
                reason=str(refusal),
            )
            return 0
        for one in held:
            self._refused.pop(one.alert_id, None)
        return number

    async def _by_group(self, alerts: list[AlertId]) -> dict[_Group, list[AlertHeld]]:
        streams = [alert_stream(one) for one in alerts]
        found = await self._log.read_since(streams, beginnings(alert_decider)) if streams else {}
        groups: dict[_Group, list[AlertHeld]] = defaultdict(list)
        for stored in found.values():
            alert, _ = await folded(self._log, alert_decider, stored)
            for held in _still(alert.held):
                group = _Group(
                    integration_id=held.integration_id,
                    source=held.source,
                    sender=held.sender,
                    group_key=held.group_key,
                )
                groups[group].append(held)
        return groups

    async def _take(self, group: _Group, held: list[AlertHeld], at: datetime) -> int:
        stream = integration_stream(group.integration_id)
        integration, _ = await load(self._log, integration_decider, stream)
        created = integration.created  # also of one that was revoked since: its alerts still fire
        service_id = created.service_id if created else held[0].service_id
        sender = Sender(integration_id=group.integration_id, service_id=service_id)
        intake = Intake(
            log=self._log,
            attending=self._attending,
            sender=sender,
            source=group.source,
            losses=Counter(),
            metadata=Metadata(principal=sender.principal, via="relay"),
            at=at,
            storms=self._storms,
            newest_open=partial(newest_open, self._log.database),
        )
        taken = await take_parts(batch_of_held(held, released=True), intake)
        number = sum(one.position > 0 for one in taken.shown)
        logs.info("alerts_released", integration_id=group.integration_id, alerts=number)
        return number


def _still(held: AlertHeld | None) -> Iterator[AlertHeld]:
    if held is not None:
        yield held
