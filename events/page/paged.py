"""Paged people: who a level leads to, and the target that led to them."""

from dataclasses import dataclass

from events.configuration.responder import ResponderKind
from events.escalation.target import Target
from events.ids import ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """Somebody who is paged with a level, or a channel that is told."""

    responder_id: ResponderId
    target: Target
    kind: ResponderKind = ResponderKind.PERSON
    own_answer: bool = False  # nobody else's answer is enough for theirs
