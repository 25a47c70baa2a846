"""Schedule changes over HTTP: a command to one schedule, carried out or only previewed."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import NamedTuple

from events.ids import ScheduleId, schedule_stream
from events.loading import load
from events.schedule.commands import ScheduleCommand
from events.schedule.decide import schedule_decider
from events.schedule.events import ScheduleEvent, ScheduleOverrideMade
from events.schedule.state import Schedule
from services.api.writing.commands import HttpConfigurationChange
from services.api.writing.receipts import Receipt, receipt_of


class Changed(NamedTuple):
    """What became of the command, the overrides that it made, and the schedule after it.

    In a dry run the overrides are those that it would make, and the schedule what it would be.
    """

    receipt: Receipt
    made: Sequence[ScheduleOverrideMade]
    schedule: Schedule
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
        before, _ = await load(change.dependencies.log, schedule_decider, stream)
        events = schedule_decider.decide(command, before)
        schedule = reduce(schedule_decider.evolve, events, before)
        return Changed(receipt, made_in(events), schedule, replayed=False)
    handled = await change.make(schedule_decider, stream, command)
    receipt = receipt_of(change.done(handled))
    schedule, _ = await load(change.dependencies.log, schedule_decider, stream)
    made = made_in(stored.event for stored in handled.events)
    return Changed(receipt, made, schedule, replayed=handled.duplicate)


def made_in(events: Iterable[ScheduleEvent]) -> Sequence[ScheduleOverrideMade]:
    """Return the overrides among the events of a schedule."""
    return [event for event in events if isinstance(event, ScheduleOverrideMade)]
