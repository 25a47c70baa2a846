"""Request outcomes: what became of each request, for whoever asks by its id later.

An outcome is kept as the answer to a command of its own, on the stream of the alert that it was
about. Its digest says who asked, and what became of it: so a key reads only its own requests.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from events.ids import TOCSIN, IntegrationId
from events.log.recorded import Append
from events.log.store import Log
from services.api.intake.sources.opsgenie.answers import request_id_from
from services.intake.arrival import Intake, Sender


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request, in Opsgenie's words."""

    action: str
    status: str
    success: bool = True


CREATED: Final = Outcome("Create", "Created alert")
CLOSED: Final = Outcome("Close", "Closed alert")
ACKNOWLEDGED: Final = Outcome("Acknowledge", "Acknowledged alert")
HAD_ALREADY: Final = Outcome("Acknowledge", "Alert is already acknowledged", success=False)
UNACKNOWLEDGED: Final = Outcome("UnAcknowledge", "UnAcknowledged alert")
NOT_HAD: Final = Outcome("UnAcknowledge", "Alert is not acknowledged", success=False)
SNOOZED: Final = Outcome("Snooze", "Snoozed alert")
NOT_SNOOZED: Final = Outcome("Snooze", "Alert is already acknowledged", success=False)
NOTED: Final = Outcome("AddNote", "Added note to alert")
TAGGED: Final = Outcome("AddTags", "Added tags to alert")
UNTAGGED: Final = Outcome("RemoveTags", "Removed tags from alert")
DETAILED: Final = Outcome("AddDetails", "Added details to alert")
UNDETAILED: Final = Outcome("RemoveDetails", "Removed details from alert")
ASSIGNED: Final = Outcome("Assign", "Assigned alert")
NO_OWNER: Final = Outcome("Assign", "Owner does not exist", success=False)
NOT_ASSIGNED: Final = Outcome("Assign", "Alert can not be assigned to the owner", success=False)
ESCALATED: Final = Outcome("Escalate", "Escalated alert")
NO_ESCALATION: Final = Outcome("Escalate", "Escalation does not exist", success=False)
NOT_ESCALATED: Final = Outcome("Escalate", "There is no next level", success=False)
JOINED: Final = Outcome("AddResponder", "Added responder to alert")
NO_RESPONDER: Final = Outcome("AddResponder", "Responder does not exist", success=False)
NOT_JOINED: Final = Outcome("AddResponder", "Responder is paged already", success=False)
RENAMED: Final = Outcome("UpdateMessage", "Updated message of alert")
DESCRIBED: Final = Outcome("UpdateDescription", "Updated description of alert")
RANKED: Final = Outcome("UpdatePriority", "Updated priority of alert")

_DONE: Final = (
    CREATED,
    CLOSED,
    ACKNOWLEDGED,
    UNACKNOWLEDGED,
    SNOOZED,
    NOTED,
    TAGGED,
    UNTAGGED,
    DETAILED,
    UNDETAILED,
    ASSIGNED,
    ESCALATED,
    JOINED,
    RENAMED,
    DESCRIBED,
    RANKED,
)


def unknown(outcome: Outcome) -> Outcome:
    """Return the outcome of the same request about an alert that is not there."""
    return Outcome(outcome.action, "Alert does not exist", success=False)


def held_back(outcome: Outcome) -> Outcome:
    """Return the outcome of the same request about an alert that pages nobody."""
    return Outcome(outcome.action, "Alert is held back and has no incident", success=False)


def over(outcome: Outcome) -> Outcome:
    """Return the outcome of the same request about an alert that is closed."""
    return Outcome(outcome.action, "Alert is closed", success=False)


OUTCOMES: Final = (
    *_DONE,
    HAD_ALREADY,
    NOT_HAD,
    NOT_SNOOZED,
    NO_OWNER,
    NOT_ASSIGNED,
    NO_ESCALATION,
    NOT_ESCALATED,
    NO_RESPONDER,
    NOT_JOINED,
    *map(unknown, _DONE),
    *map(held_back, _DONE),
    *map(over, _DONE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOutcome:
    """An outcome as it was kept."""

    outcome: Outcome
    stream: str  # of the alert
    at: datetime


async def keep_outcome(intake: Intake, request_id: str, stream: str, outcome: Outcome) -> None:
    """Keep what became of a request; of several under one id, the first.

    Raises: LogUnavailable, LogOverloaded.
    """
    integration_id = intake.sender.integration_id
    await intake.log.append(
        Append(
            stream=stream,
            command_id=_command_of(integration_id, request_id),
            request_digest=_digest(integration_id, outcome),
            expected_version=None,
            events=(),
            metadata=intake.metadata,
        )
    )


async def outcome_of(log: Log, sender: Sender, request_id: str) -> KeptOutcome | None:
    """Return what became of the sender's request; None if it never made one of this id.

    Raises: LogUnavailable.
    """
    kept = await log.find_command(_command_of(sender.integration_id, request_id))
    if kept is None:
        return None
    for outcome in OUTCOMES:
        if kept.request_digest == _digest(sender.integration_id, outcome):
            return KeptOutcome(outcome=outcome, stream=kept.stream, at=kept.recorded_at)
    return None


def _command_of(integration_id: IntegrationId, request_id: str) -> UUID:
    return uuid5(TOCSIN, f"opsgenie {integration_id} {request_id_from(request_id)}")


def _digest(integration_id: IntegrationId, outcome: Outcome) -> bytes:
    return sha256(f"{integration_id} {outcome.action} {outcome.status}".encode()).digest()
