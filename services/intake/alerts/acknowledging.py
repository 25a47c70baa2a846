"""Acknowledgement by a sender: whoever works on the alert elsewhere has its incident here too."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import structlog

from events.alert.decide import alert_decider
from events.ids import AlertId, alert_id_for, alert_stream
from events.loading import load
from services.intake.arrival import Acted, Intake

logger = structlog.get_logger(__name__)


class Acknowledged(StrEnum):
    """What became of a sender's acknowledgement."""

    TAKEN = "taken"  # the incident is the sender's, or will be once its workflow can be reached
    HAD = "had"  # somebody has it, or it is over: there is nothing to do
    NOT_OPEN = "not_open"  # the sender has no such alert open


_WORDS: Final = {
    Acknowledged.TAKEN: "The incident of its alert is acknowledged for the sender.",
    Acknowledged.HAD: "Somebody has the incident of its alert already, or it is over.",
    Acknowledged.NOT_OPEN: "It is about an alert that its sender has not open, and was dropped.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgedAlert:
    """Result of a sender's acknowledgement."""

    alert_id: AlertId
    became: Acknowledged


async def acknowledge_alert(dedup_key: str, intake: Intake) -> AcknowledgedAlert:
    """Acknowledge the incident of the sender's open alert with this key; durable on return.

    An alert that the sender has not open is nobody's business, also if another sender has one of
    that key. Source: PagerDuty Events API v2 accepts and drops it.
    Raises: LogUnavailable, LogOverloaded.
    """
    alert_id = alert_id_for(intake.sender.integration_id, dedup_key)
    alert, _ = await load(intake.log, alert_decider, alert_stream(alert_id))
    if not alert.is_open or alert.incident_id is None:
        became = Acknowledged.NOT_OPEN
    elif await intake.attending.take(alert.incident_id, intake.metadata, intake.at):
        became = Acknowledged.TAKEN
    else:
        became = Acknowledged.HAD
    intake.done.append(
        Acted(
            words=_WORDS[became],
            alert_id=alert_id,
            incident_id=alert.incident_id,
            fires=alert.is_open,
            changed=became is Acknowledged.TAKEN,
        )
    )
    logger.info("alert_acknowledged", alert_id=str(alert_id), became=became.value)
    return AcknowledgedAlert(alert_id=alert_id, became=became)
