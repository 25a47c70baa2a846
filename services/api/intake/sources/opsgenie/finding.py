"""Finding an alert by what a sender knows of it: its alias, its id, or its short number.

A sender's key finds only alerts of its own integration.
"""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.alert.decide import alert_decider
from events.alert.events import AlertAmended, AlertEvent, AlertHeld, AlertTriggered
from events.alert.state import Alert
from events.handle import beginnings, known
from events.ids import AlertId, alert_id_for, alert_stream
from events.log.codec import codec_for
from events.log.recorded import Recorded
from events.log.store import Log
from services.api.intake.sources.opsgenie.creation import Identifier
from services.intake.arrival import Sender
from services.intake.batch.cleaning import told_apart

BEGINS: Final = (AlertTriggered, AlertHeld)
_POSITION: Final = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAlert:
    """An alert of the sender, as it stands, and how its newest occurrence began."""

    alert: Alert
    began: AlertTriggered | AlertHeld
    position: int  # where it began: its short number
    says: AlertTriggered | AlertHeld | AlertAmended  # by now
    version: int  # of its stream

    @property
    def alert_id(self) -> AlertId:
        """Return the id that the alert has for good."""
        return self.began.alert_id


async def find_alert(
    log: Log, sender: Sender, identifier: str, kind: Identifier
) -> FoundAlert | None:
    """Return the alert of this sender that is meant; None if there is none.

    An alert without an alias has its id for one.
    Raises: LogUnavailable.
    """
    if kind == "alias":
        alias = alert_id_for(sender.integration_id, told_apart(identifier))
        if found := await alert_at(log, sender, alert_stream(alias)):
            return found
    if kind == "tiny":
        return await _begun_at(log, sender, identifier)
    try:
        alert_id = AlertId(UUID(identifier))
    except ValueError:
        return None
    return await alert_at(log, sender, alert_stream(alert_id))


async def _begun_at(log: Log, sender: Sender, position: str) -> FoundAlert | None:
    """Return the alert whose newest occurrence began at this place of the log."""
    if not _POSITION.fullmatch(position):
        return None
    there = await log.read_all(int(position) - 1, 1)
    if not there or there[0].position != int(position) or not there[0].type.startswith("alert."):
        return None
    found = await alert_at(log, sender, there[0].stream)
    return found if found is not None and found.position == int(position) else None


async def alert_at(log: Log, sender: Sender, stream: str) -> FoundAlert | None:
    """Return the alert of this stream, if it is the sender's.

    Raises: LogUnavailable.
    """
    stored = (await log.read_since([stream], beginnings(alert_decider)))[stream]
    history: tuple[Recorded[AlertEvent], ...] = known(
        codec_for(alert_decider.event_types), await log.opened(stored)
    )
    for recorded in history:
        began = recorded.event
        if isinstance(began, BEGINS) and began.integration_id == sender.integration_id:
            alert = alert_decider.fold(one.event for one in history)
            words = [one.event for one in history]
            says = [one for one in words if isinstance(one, (*BEGINS, AlertAmended))]
            return FoundAlert(
                alert=alert,
                began=began,
                position=recorded.position,
                says=says[-1],
                version=history[-1].version,
            )
    return None
