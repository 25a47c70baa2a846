"""Contact verification sentences: who asked for a code, mistook it, or entered it."""

from events.contact_verification.events import (
    ContactVerificationConfirmed,
    ContactVerificationMistaken,
    ContactVerificationRequested,
)
from projections.sentences.words import person, words


@words.register
def _(event: ContactVerificationRequested) -> str:
    what = f"contact method {event.contact_method} of {event.responder_id}, {event.channel}"
    return f"{person(event.requested_by)} asked for a code that verifies {what}"


@words.register
def _(event: ContactVerificationMistaken) -> str:
    left = "1 try" if event.tries_left == 1 else f"{event.tries_left or 'no'} tries"
    whose = f"contact method {event.contact_method} of {event.responder_id}"
    return f"{person(event.mistaken_by)} entered a wrong code for {whose}, and has {left} left"


@words.register
def _(event: ContactVerificationConfirmed) -> str:
    what = f"contact method {event.contact_method} of {event.responder_id}, {event.channel}"
    return f"{person(event.confirmed_by)} verified {what}"
