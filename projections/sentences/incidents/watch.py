"""Watch sentences: unfilled roles and overdue status updates."""

from events.incident.roles.events import spoken
from events.incident.status_updates.events import StatusUpdateMissed, StatusUpdateReminded
from events.incident.watch.events import RoleUnfilled
from projections.sentences.words import clock, words


@words.register
def _(event: RoleUnfilled) -> str:
    again = " still" if event.notice > 1 else ""
    return f"The role of {spoken(event.role)} was{again} unfilled at {clock(event.due_at)}"


@words.register
def _(event: StatusUpdateReminded) -> str:
    return f"Tocsin sent a reminder: the next status update is due at {clock(event.due_at)}"


@words.register
def _(event: StatusUpdateMissed) -> str:
    return f"The status update due at {clock(event.due_at)} was not published"
