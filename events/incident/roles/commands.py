"""Role commands: what people may ask. Imperative, never stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignRole:
    """Take, or give somebody, a role that nobody holds."""

    role: str
    responder_id: ResponderId
    actor: Actor
    at: datetime
    reason: str | None = None
    force: bool = False  # also against the rule that commander and operations are two people
    kind: Literal["assign_role"] = "assign_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverRole:
    """Pass a role on to somebody else at once, without asking them."""

    role: str
    to_responder_id: ResponderId
    actor: Actor
    at: datetime
    reason: str | None = None
    force: bool = False
    kind: Literal["hand_over_role"] = "hand_over_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRole:
    """Ask somebody to take a role over; its holder keeps it until they accept."""

    role: str
    to_responder_id: ResponderId
    actor: Actor
    at: datetime
    kind: Literal["offer_role"] = "offer_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRole:
    """Take the role one was offered."""

    role: str
    actor: Actor
    at: datetime
    reason: str | None = None
    force: bool = False
    kind: Literal["accept_role"] = "accept_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineRole:
    """Say no to the role one was offered."""

    role: str
    reason: str | None
    actor: Actor
    at: datetime
    kind: Literal["decline_role"] = "decline_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRoleOffer:
    """Take an offer back before it is answered."""

    role: str
    actor: Actor
    at: datetime
    kind: Literal["withdraw_role_offer"] = "withdraw_role_offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnassignRole:
    """Give a role up, or take it from its holder, so that nobody holds it."""

    role: str
    reason: str | None
    actor: Actor
    at: datetime
    kind: Literal["unassign_role"] = "unassign_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCommander:
    """Command in place of an incident commander who does not answer."""

    reason: str
    actor: Actor
    at: datetime
    force: bool = False
    kind: Literal["replace_commander"] = "replace_commander"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddResponder:
    """Bring a responder into the response."""

    responder_id: ResponderId
    actor: Actor
    at: datetime
    kind: Literal["add_responder"] = "add_responder"


type RoleCommand = (
    AddResponder
    | AssignRole
    | HandOverRole
    | OfferRole
    | AcceptRole
    | DeclineRole
    | WithdrawRoleOffer
    | UnassignRole
    | ReplaceCommander
)
