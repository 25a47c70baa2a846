"""Watch sentences: unfilled roles and overdue status updates."""

from events.incident.status_updates.events import StatusUpdateMissed, StatusUpdateReminded
from events.incident.watch.events import RoleUnfilled
from projections.sentences.words import clock, words


@words.register
def _(event: RoleUnfilled) -> str:
    again = " still" if event.notice > 1 else ""
    return f"Nobody was{again} {event.role} by {clock(event.due_at)}"


@words.register
def _(event: StatusUpdateReminded) -> str:
    return f"Tocsin reminded of the status update that is due at {clock(event.due_at)}"


@words.register
def _(event: StatusUpdateMissed) -> str:
    return f"The status update of {clock(event.due_at)} did not come"
