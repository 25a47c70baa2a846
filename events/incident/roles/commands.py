"""Role commands: what people may ask. Imperative, never stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

from events.actor import Actor
from events.ids import ResponderId
from events.values.inputs import Form, Says, Text

ROLE_NAME: Final = Form(
    pattern=r"^[a-z][a-z0-9-]{0,39}$",
    ask="Use 1-40 lowercase letters, digits or '-', starting with a letter.",
)
WHICH_ROLE: Final = Says("commander, communications, operations, scribe, or a name of your own.")

type RoleName = Annotated[str, ROLE_NAME, WHICH_ROLE]
type Force = Annotated[
    bool, Says("Against the rule that stands in the way; then `reason` is needed.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignRole:
    """Give somebody, or take, a role that nobody holds."""

    role: RoleName
    responder_id: ResponderId
    actor: Actor
    at: datetime
    reason: Text | None = None
    force: Force = False  # also against the rule that commander and operations are two people
    kind: Literal["assign_role"] = "assign_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverRole:
    """Hand a role over at once, without waiting for a yes."""

    role: RoleName
    to_responder_id: ResponderId
    actor: Actor
    at: datetime
    reason: Text | None = None
    force: Force = False
    kind: Literal["hand_over_role"] = "hand_over_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRole:
    """Offer a role; it changes hands when they accept.

    Its holder may, the incident commander, and an admin.
    """

    role: RoleName
    to_responder_id: ResponderId
    actor: Actor
    at: datetime
    kind: Literal["offer_role"] = "offer_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRole:
    """Accept the role that was offered to you."""

    role: RoleName
    actor: Actor
    at: datetime
    reason: Text | None = None
    force: Force = False
    kind: Literal["accept_role"] = "accept_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineRole:
    """Decline the role that was offered to you; its holder goes on."""

    role: RoleName
    actor: Actor
    at: datetime
    reason: Text | None = None
    kind: Literal["decline_role"] = "decline_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRoleOffer:
    """Withdraw an offer before it is answered."""

    role: RoleName
    actor: Actor
    at: datetime
    kind: Literal["withdraw_role_offer"] = "withdraw_role_offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnassignRole:
    """Give up a role or, as incident commander or admin, relieve its holder."""

    role: RoleName
    actor: Actor
    at: datetime
    reason: Text | None = None
    kind: Literal["unassign_role"] = "unassign_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCommander:
    """Replace an incident commander who has been silent too long; an admin need not wait."""

    reason: Text
    actor: Actor
    at: datetime
    force: Force = False
    kind: Literal["replace_commander"] = "replace_commander"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddResponder:
    """Add a responder to the response."""

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
