"""The rule of a responder: registering the same again changes nothing."""

from events.decider import Decider
from events.responder.commands import RegisterResponder
from events.responder.events import RESPONDER_EVENTS, ResponderRegistered
from events.responder.state import INITIAL, Responder, evolve


def decide(command: RegisterResponder, responder: Responder) -> list[ResponderRegistered]:
    """Return the fact that the responder is known, none if it is already so."""
    wanted = Responder(
        responder_id=command.responder_id,
        name=command.name,
        contact_methods=command.contact_methods,
    )
    if responder == wanted:
        return []
    return [
        ResponderRegistered(
            responder_id=command.responder_id,
            name=command.name,
            contact_methods=command.contact_methods,
            registered_by=command.actor.name,
            registered_at=command.at,
        )
    ]


responder_decider: Decider[RegisterResponder, Responder, ResponderRegistered] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=RESPONDER_EVENTS
)
