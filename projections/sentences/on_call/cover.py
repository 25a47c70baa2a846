"""Cover sentences: who asked whom for which shift, who took it, and what was left as a note."""

from events.schedule.cover.events import (
    ScheduleCoverAccepted,
    ScheduleCoverAsked,
    ScheduleCoverDeclined,
    ScheduleCoverExpired,
    ScheduleCoverWithdrawn,
    Span,
)
from events.schedule.hand_over import ScheduleHandOverNoted
from projections.sentences.words import because, clock, listed, person, words


def during(span: Span | ScheduleCoverAsked | ScheduleCoverAccepted) -> str:
    """Return from when until when."""
    return f"from {clock(span.starts_at)} until {clock(span.ends_at)}"


@words.register
def _(event: ScheduleCoverAsked) -> str:
    whom = listed(event.asked_ids) or "the team"
    who = f"{person(event.asked_by)} asked {whom} to take {event.responder_id}'s shift"
    swap = f", for theirs {during(event.in_return)}" if event.in_return else ""
    return f"{who} in {event.schedule_id} {during(event)}{swap}{because(event.reason)}"


@words.register
def _(event: ScheduleCoverAccepted) -> str:
    what = f"{event.schedule_id} {during(event)}, as cover request {event.number} asks"
    return f"{event.responder_id} takes the shift in {what}"


@words.register
def _(event: ScheduleCoverDeclined) -> str:
    return f"{event.responder_id} declined cover request {event.number} of {event.schedule_id}"


@words.register
def _(event: ScheduleCoverExpired) -> str:
    return f"Cover request {event.number} of {event.schedule_id} expired; the shift stays as it was"


@words.register
def _(event: ScheduleCoverWithdrawn) -> str:
    who = person(event.withdrawn_by)
    return f"{who} withdrew cover request {event.number} of {event.schedule_id}"


@words.register
def _(event: ScheduleHandOverNoted) -> str:
    shift = f"the shift that ends {clock(event.shift_ends_at)} in {event.schedule_id}"
    return f"{person(event.noted_by)} left a hand-over note on {shift}: {event.text}"
