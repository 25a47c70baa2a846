"""Actor of a command: the principal that authenticated, and the person it speaks for."""

from dataclasses import dataclass

from events.ids import ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who gives a command: a principal and, where known, a person."""

    principal: str  # "api_key:…", "responder:…", "workflow:…", "integration:…"
    responder_id: ResponderId | None = None  # the person, where one is known
    is_admin: bool = False

    @property
    def name(self) -> str:
        """Return what goes into the event: the person if known, else the principal."""
        return f"responder:{self.responder_id}" if self.responder_id else self.principal


def actor_named(name: str) -> Actor:
    """Return the actor that an event names."""
    kind, _, identity = name.partition(":")
    person = ResponderId(identity) if kind == "responder" else None
    return Actor(principal=name, responder_id=person)
