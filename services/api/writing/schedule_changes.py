"""Schedule changes over HTTP: a command to one schedule, carried out or only previewed."""

from collections.abc import Sequence
from typing import NamedTuple

from events.ids import ScheduleId, schedule_stream
from events.schedule.commands import ScheduleCommand
from events.schedule.decide import schedule_decider
from events.schedule.events import ScheduleOverrideMade
from services.api.writing.commands import HttpConfigurationChange
from services.api.writing.receipts import Receipt, receipt_of


class Changed(NamedTuple):
    """What became of the command, and the overrides that it made."""

    receipt: Receipt
    made: Sequence[ScheduleOverrideMade]
    replayed: bool


async def changed(change: HttpConfigurationChange, command: ScheduleCommand) -> Changed:
    """Have a command to a schedule carried out, once; in a dry run, only say that it could be.

    Raises: every refusal of the schedule, RequestInvalid, KeyReused, VersionMismatch,
    LogUnavailable, LogOverloaded.
    """
    stream = schedule_stream(ScheduleId(command.schedule_id))
    if change.dry_run:
        preview = await change.preview(schedule_decider, stream, command)
        receipt = Receipt(
            status="dry_run",
            command_id=change.identity.command_id,
            stream=stream,
            version=preview.version,
            position=0,
            hash=None,
        )
        return Changed(receipt, (), replayed=False)
    handled = await change.make(schedule_decider, stream, command)
    made = [
        stored.event for stored in handled.events if isinstance(stored.event, ScheduleOverrideMade)
    ]
    return Changed(receipt_of(change.done(handled)), made, replayed=handled.duplicate)
