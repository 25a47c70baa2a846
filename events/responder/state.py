"""What a decision about a responder needs to know, folded from its events."""

from dataclasses import dataclass

from events.ids import ResponderId
from events.responder.events import ContactMethod, ResponderRegistered


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """A responder as the rules, and the pager, see them."""

    responder_id: ResponderId | None = None
    name: str = ""
    contact_methods: tuple[ContactMethod, ...] = ()


INITIAL = Responder()


def evolve(_responder: Responder, event: ResponderRegistered) -> Responder:
    """Return the responder after the event; never refuses."""
    return Responder(
        responder_id=event.responder_id,
        name=event.name,
        contact_methods=event.contact_methods,
    )
