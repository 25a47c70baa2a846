"""Change report: a deployment or other change that a sender reports, stored once."""

from dataclasses import dataclass
from uuid import uuid5

from events.change.commands import ReportChange
from events.change.decide import change_decider
from events.handle import handle
from events.ids import ChangeId, change_stream
from services.intake.arrival import Intake


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReport:
    """Change report: a deployment, a switch or a setting was changed."""

    command: ReportChange  # under the same id for every repeat of it
    words: bytes  # a digest of what it says: a repeat says the same


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChange:
    """A change in the log."""

    change_id: ChangeId
    position: int


async def take_change(report: ChangeReport, intake: Intake) -> StoredChange:
    """Store the change, once.

    Raises: KeyReused (other words under a name that was used), LogUnavailable, LogOverloaded.
    """
    change_id = report.command.change_id
    handled = await handle(
        intake.log,
        change_decider,
        change_stream(change_id),
        report.command,
        command_id=uuid5(change_id, "report"),
        request_digest=report.words,
        metadata=intake.metadata,
    )
    return StoredChange(change_id=change_id, position=handled.result.last_position)
