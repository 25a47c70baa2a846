"""What may be asked of a responder."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import ResponderId
from events.responder.events import ContactMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterResponder:
    """Add a person, or replace what is known of them."""

    responder_id: ResponderId
    name: str
    contact_methods: tuple[ContactMethod, ...]
    actor: Actor
    at: datetime
