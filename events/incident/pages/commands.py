"""Page commands: what people and timers may ask about an incident's pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from events.actor import Actor
from events.ids import ResponderId
from events.page.plan import PageTarget
from events.values.inputs import Between, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """Ask further people to help, with words of one's own; who has the incident keeps it."""

    ask: str
    target: PageTarget
    actor: Actor
    at: datetime
    kind: Literal["request_page"] = "request_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptPage:
    """Accept to help: whoever was asked is a responder of the incident from then on."""

    number: Annotated[int, Between(1, 10_000)]
    actor: Actor
    at: datetime
    kind: Literal["accept_page"] = "accept_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclinePage:
    """Decline to help: the page of whoever was asked ends, and whoever asked is told."""

    number: Annotated[int, Between(1, 10_000)]
    actor: Actor
    at: datetime
    reason: Line | None = None
    kind: Literal["decline_page"] = "decline_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPage:
    """Cancel a page that is no longer needed."""

    number: Annotated[int, Between(1, 10_000)]
    reason: Line
    actor: Actor
    at: datetime
    kind: Literal["cancel_page"] = "cancel_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPageNow:
    """Let a page go out that waited for its time; given by the workflow's timer."""

    number: int
    actor: Actor
    at: datetime
    kind: Literal["send_page_now"] = "send_page_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalatePage:
    """Page the next level at once. Round and level are those you see: a second click does nothing.

    What comes when the page has left that level is refused: look at it again, then decide.
    """

    number: Annotated[int, Between(1, 10_000)]
    round: Annotated[int, Between(1, 10_000)]
    level: Annotated[int, Between(1, 10_000)]
    actor: Actor
    at: datetime
    kind: Literal["escalate_page"] = "escalate_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewPlan:
    """Page by the escalation policy as it is now, from its first level on.

    A page keeps the plan it began with; this is how a change of the policy reaches it. A page that
    was exhausted begins anew.
    """

    number: Annotated[int, Between(1, 10_000)]
    actor: Actor
    at: datetime
    kind: Literal["renew_plan"] = "renew_plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskEach:
    """Ask on whoever is to answer too; given by the workflow once the page is answered."""

    number: int  # of the page that they were paged by
    responder_ids: tuple[ResponderId, ...]
    actor: Actor
    at: datetime
    kind: Literal["ask_each"] = "ask_each"


type PageCommand = (
    RequestPage
    | AcceptPage
    | DeclinePage
    | CancelPage
    | SendPageNow
    | EscalatePage
    | RenewPlan
    | AskEach
)
