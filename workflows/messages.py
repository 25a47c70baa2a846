"""Workflow messages: inputs, the command Update and its answer, as they cross Temporal."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from activities.payloads import Payload
from events.configuration.heartbeat import HeartbeatId
from events.ids import DeliveryId, IncidentId, PageId, ResponderId, ScheduleId, TeamId
from events.incident.commands import IncidentCommand
from events.log.recorded import Metadata


class IncidentInput(Payload):
    """What IncidentWorkflow starts with: everything else is in the log."""

    incident_id: IncidentId


class AnnouncementInput(Payload):
    """What AnnouncementWorkflow starts with: everything else is in the log."""

    incident_id: IncidentId


class Envelope[Command](Payload):
    """A command with everything the log wants to know of it."""

    command_id: UUID
    request_digest: str  # hex SHA-256 of what the caller asked for
    metadata: Metadata
    command: Command
    expected_version: int | None = None  # from If-Match


class HandOffInput(Payload):
    """Whose shifts a hand-off workflow tells people of."""

    schedule_id: ScheduleId


class QuestionsInput(Payload):
    """Which team is asked its questions."""

    team_id: TeamId


class FollowUpInput(Payload):
    """What FollowUpWorkflow starts with: everything else is in the log."""

    incident_id: IncidentId
    position: int = 0  # of the newest change there was; the read model has to have seen it


class InvitationInput(Payload):
    """What InvitationWorkflow starts with: everything else is in the log."""

    incident_id: IncidentId


class HeartbeatInput(Payload):
    """Whose pings a heartbeat workflow waits for; they and its definition are in the database."""

    heartbeat_id: HeartbeatId


class IncidentCommandEnvelope(Envelope[Annotated[IncidentCommand, Field(discriminator="kind")]]):
    """One command to an incident. Its Update id is the command id."""


class IncidentAsked(Payload):
    """Incident to incident: a request, which the other one records or refuses."""

    asker: IncidentId
    mark: str  # of this asking; the answer carries it
    command_id: UUID  # the same for every asking of one request
    command: Annotated[IncidentCommand, Field(discriminator="kind")]


class MessagesLost(Payload):
    """Receipts to an incident: messages of one of its pages reach nobody who will answer."""

    incident_id: IncidentId
    page_id: PageId
    delivery_ids: tuple[DeliveryId, ...]  # the first one is the one that a receipt came about
    responder_id: ResponderId
    reason: str


class IncidentReply(Payload):
    """Incident to incident: what became of a request."""

    mark: str
    refusal: str | None  # None: it is recorded


class CommandAnswer(Payload):
    """The receipt: where the log is after the command; the same for every repeat of it."""

    command_id: UUID
    stream: str
    version: int
    position: int  # of the last event appended, or the head that a command without events saw
    hash: str | None  # hex, of the last event appended
    event_types: tuple[str, ...]  # what happened; empty when it was already so
    duplicate: bool = False
