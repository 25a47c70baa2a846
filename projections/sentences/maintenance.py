"""Maintenance sentences: windows that hold alerts back, and what they held back at their end."""

from events.maintenance_window.events import (
    EndCause,
    MaintenanceWindowCancelled,
    MaintenanceWindowDefined,
    MaintenanceWindowEnded,
    MaintenanceWindowExtended,
    MaintenanceWindowReported,
)
from projections.sentences.words import because, clock, counted, person, words


@words.register
def _(event: MaintenanceWindowDefined) -> str:
    named = f"maintenance window {event.name} ({event.maintenance_window_id})"
    if event.recurrence is not None:
        first = f"{event.recurrence.first_on} {event.recurrence.starts:%H:%M}"
        when = f"from {first} {event.recurrence.zone} on, {event.recurrence.rrule}"
    elif event.starts_at is not None and event.ends_at is not None:
        when = f"from {clock(event.starts_at)} to {clock(event.ends_at)}"
    else:
        when = "at no time"
    return f"{person(event.defined_by)} planned {named} {when}{because(event.reason)}"


@words.register
def _(event: MaintenanceWindowExtended) -> str:
    named = f"maintenance window {event.maintenance_window_id} until {clock(event.until)}"
    return f"{person(event.extended_by)} extended {named}{because(event.reason)}"


@words.register
def _(event: MaintenanceWindowEnded) -> str:
    named = f"maintenance window {event.maintenance_window_id}"
    if event.cause is EndCause.SCHEDULED:
        return f"Maintenance window {event.maintenance_window_id} ended as planned"
    verb = "gave other times to" if event.cause is EndCause.CHANGED else "ended"
    return f"{person(event.ended_by)} {verb} {named}, which was running{because(event.reason)}"


@words.register
def _(event: MaintenanceWindowCancelled) -> str:
    named = f"maintenance window {event.maintenance_window_id}"
    return f"{person(event.cancelled_by)} cancelled {named}{because(event.reason)}"


@words.register
def _(event: MaintenanceWindowReported) -> str:
    named = f"Maintenance window {event.name} ({event.maintenance_window_id})"
    held = f"held back {counted(event.held, 'alert')}"
    if not event.held:
        return f"{named} held back no alert"
    return f"{named} {held}: {event.resolved} resolved, {event.firing} still firing at its end"
