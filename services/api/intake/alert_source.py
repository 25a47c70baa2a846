"""Alert sources: a batch is stored, counted, and answered as its sender may read it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

import structlog
from fastapi import Request
from pydantic import BaseModel, Field

from events.routing.holding import HoldReason
from services.access.visibility import is_private
from services.api.http.cuts import tell_cut
from services.api.intake.source import Source, any_json
from services.intake.alerts.acknowledging import acknowledge_alert
from services.intake.alerts.receiver import Stored
from services.intake.alerts.storing import SHOWN, Taken, take_parts
from services.intake.arrival import Intake
from services.intake.batch.cleaning import told_apart
from services.intake.batch.losses import count_losses
from services.intake.batch.signal import Batch

logger = structlog.get_logger(__name__)


class AlertAnswer(BaseModel):
    """One alert of the webhook, with its current state."""

    alert_id: UUID
    state: Literal["firing", "resolved"]
    incident_id: UUID | None  # of its newest occurrence; None if it never fired in one
    held_back: Annotated[
        HoldReason | None,
        Field(description="Why it fires without an incident: it pages nobody so far."),
    ]


class WebhookAnswer(BaseModel):
    """Result of a webhook. `incident_id` is there when an alert of it needed an incident.

    A private incident is not named.
    """

    outcome: Literal["opened", "joined", "unchanged"]
    incident_id: UUID | None
    reference: str | None
    alerts: Annotated[list[AlertAnswer], Field(description=f"The first {SHOWN} that were read.")]
    alerts_read: int
    alerts_mended: Annotated[
        int, Field(description="Of those: how many had something cut, replaced or derived.")
    ]
    alerts_unread: Annotated[
        int, Field(description="That could not be read: the incident says so, and is paged for.")
    ]
    alerts_left_out: Annotated[
        int, Field(description="By the sender; Alertmanager does so above its `max_alerts`.")
    ]
    cut_off: Annotated[bool, Field(description="The message ended before its JSON did.")]
    position: str


async def take_alerts(batch: Batch, intake: Intake) -> Taken:
    """Store a batch, and say what it lacks: in the log, in the metrics, in the answer.

    Raises: LogUnavailable, LogOverloaded, FiringInDoubt: it must come again.
    """
    lacks = {"unread": batch.unread, "left_out": batch.left_out, "cut_off": batch.cut_off}
    if any(lacks.values()) and intake.stores:
        logger.warning("alerts_missing", integration_id=intake.sender.integration_id, **lacks)
    taken = await take_parts(batch, intake)
    if batch.acknowledged:
        await acknowledge_alert(told_apart(batch.acknowledged), intake)
    intake.done.append(taken)
    count_losses(intake.losses, intake.source, batch, taken.refused)
    if mended := batch.signals.mended:
        tell_cut(f"alerts: of {mended} something was cut, replaced or derived")
    named = {one.alert.incident_id for one in taken.shown if one.alert.incident_id}
    if taken.placed is not None:
        named.add(taken.placed.incident_id)
    taken.private = frozenset([one for one in named if await is_private(intake.log, one)])
    return taken


def webhook_answer(taken: Taken) -> WebhookAnswer:
    """Return what became of it; a monitor is nobody's member, so private incidents have no name."""
    placed, batch = taken.placed, taken.batch
    outcome: Literal["opened", "joined", "unchanged"] = "unchanged"
    if placed is not None:
        outcome = "opened" if placed.opened else "joined"
        placed = None if placed.incident_id in taken.private else placed
    return WebhookAnswer(
        outcome=outcome,
        incident_id=placed.incident_id if placed else None,
        reference=placed.reference if placed else None,
        alerts=[_alert(one, taken) for one in taken.shown],
        alerts_read=taken.stored,
        alerts_mended=batch.signals.mended,
        alerts_unread=batch.unread + taken.refused,
        alerts_left_out=batch.left_out,
        cut_off=batch.cut_off,
        position=str(taken.position),
    )


def _alert(stored: Stored, taken: Taken) -> AlertAnswer:
    alert = stored.alert
    return AlertAnswer(
        alert_id=stored.alert_id,
        state="firing" if alert.fires else "resolved",
        incident_id=None if alert.incident_id in taken.private else alert.incident_id,
        held_back=alert.held.hold.reason if alert.held else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSource(Source[Batch, Taken]):
    """A source of alerts: a batch of signals comes in, and the answer says what became of them."""

    parts: Callable[[Request], AsyncIterator[bytes]] = any_json
    take: Callable[[Batch, Intake], Awaitable[Taken]] = take_alerts
    answer: Callable[[Taken], BaseModel] = webhook_answer
    answers: type[BaseModel] = WebhookAnswer
