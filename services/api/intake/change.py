"""Change report: what a sender says was changed, in one form, stored once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from events.change.commands import ReportChange
from events.change.decide import change_decider
from events.handle import handle
from events.ids import ChangeId, change_id_for, change_stream
from events.links import Link
from services.api.intake.arrival import Intake, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReport:
    """Something was changed: a deployment, a switch, a setting."""

    identity: str  # what tells it from the others of its sender
    words: bytes  # a digest of what it says: a repeat says the same
    summary: str
    source: str
    happened_at: datetime
    details: dict[str, str]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChange:
    """A change in the log."""

    change_id: ChangeId
    position: int


def report_command(report: ChangeReport, sender: Sender, at: datetime) -> ReportChange:
    """Return the command that keeps the change: under the same id for every repeat of it."""
    return ReportChange(
        change_id=change_id_for(sender.integration_id, report.identity),
        integration_id=sender.integration_id,
        service_id=sender.service_id,
        summary=report.summary,
        source=report.source,
        happened_at=report.happened_at,
        details=report.details,
        links=report.links,
        at=at,
    )


async def take_change(report: ChangeReport, intake: Intake) -> KeptChange:
    """Store the change, once.

    Raises: KeyReused (other words under a name that was used), LogUnavailable, LogOverloaded.
    """
    command = report_command(report, intake.sender, intake.at)
    handled = await handle(
        intake.log,
        change_decider,
        change_stream(command.change_id),
        command,
        command_id=command_id_of(command.change_id),
        request_digest=report.words,
        metadata=intake.metadata,
    )
    return KeptChange(change_id=command.change_id, position=handled.result.last_position)


def command_id_of(change_id: UUID) -> UUID:
    """Return the id under which the change is reported, the same for every repeat."""
    return uuid5(change_id, "report")
