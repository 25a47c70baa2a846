"""Ending of an arrival: what became of it and why, in words for the debugger. Pure."""

import json
from typing import Any, Final
from uuid import UUID

from fastapi.exceptions import RequestValidationError

from events.errors import CommandRejected
from events.log.arrivals import ArrivalOutcome, Ending
from events.plain_text import cut, one_line
from projections.sentences.alert import hold_words
from services.api.intake.change import StoredChange
from services.api.intake.passed_over import PassedOver
from services.intake.alerts.storing import Taken
from services.request_refusals import FiringInDoubt, SenderUnreachable

ALERTS: Final = 50  # named in an ending
REASON_LENGTH: Final = 900


def ending_of(became: object) -> Ending:
    """Return the ending of what was taken."""
    if isinstance(became, Taken):
        return _of_alerts(became)
    if isinstance(became, StoredChange):
        detail = {"change_id": str(became.change_id), "position": became.position}
        return _ending(ArrivalOutcome.STORED, "It is a change, and is stored.", detail)
    if isinstance(became, PassedOver):
        return _ending(ArrivalOutcome.UNCHANGED, became.reason)
    return _ending(ArrivalOutcome.STORED, "It was taken.")


def ending_of_refusal(refusal: Exception) -> Ending | None:
    """Return the ending of what was refused; None for a fault of ours, which is tried again."""
    return ending_of_rejected(refusal) if isinstance(refusal, CommandRejected) else None


def ending_of_rejected(refusal: CommandRejected) -> Ending:
    """Return the ending of what the rules refuse, or ask for again."""
    in_doubt = isinstance(refusal, FiringInDoubt | SenderUnreachable)
    outcome = ArrivalOutcome.PUT_OFF if in_doubt else ArrivalOutcome.REFUSED
    return _ending(outcome, refusal.detail)


def nothing_new() -> Ending:
    """Return the ending of a trigger whose alert fires already."""
    return _ending(ArrivalOutcome.UNCHANGED, "It said nothing new: its alert stood so already.")


def unreadable(reason: str) -> Ending:
    """Return the ending of a message that nobody could read."""
    return _ending(ArrivalOutcome.UNREADABLE, reason)


def put_off(reason: str) -> Ending:
    """Return the ending of a message whose sender was asked for it once more."""
    return _ending(ArrivalOutcome.PUT_OFF, reason)


def refused(reason: str) -> Ending:
    """Return the ending of a message that is not taken."""
    return _ending(ArrivalOutcome.REFUSED, reason)


def failed(reason: str) -> Ending:
    """Return the ending of a message that was tried again and again."""
    return _ending(ArrivalOutcome.FAILED, reason)


def reason_of(refusal: CommandRejected | RequestValidationError) -> str:
    """Return why it could not be read: which members are wrong, never what they say."""
    if isinstance(refusal, CommandRejected):
        return refusal.detail
    wrong = (".".join(map(str, one["loc"])) for one in refusal.errors()[:5])
    return cut(one_line(f"Not allowed: {', '.join(wrong)}."), 200)


def _of_alerts(taken: Taken) -> Ending:
    placed = taken.placed
    alerts = [
        {
            "alert_id": str(one.alert_id),
            "state": "firing" if one.alert.fires else "resolved",
            "incident_id": _text(one.alert.incident_id),
            "held_back": one.alert.held.hold.reason.value if one.alert.held else None,
            "changed": one.position > 0,
        }
        for one in taken.shown[:ALERTS]
    ]
    detail = {
        "incident_id": _text(placed.incident_id) if placed else None,
        "reference": placed.reference if placed else None,
        "alerts": alerts,
        "alerts_read": taken.stored,
        "position": taken.position,
    }
    if placed is None:
        changed = sum(one["changed"] is True for one in alerts)
        why = _ended(changed) if changed else "It said nothing new: its alerts stood so already."
        return _ending(ArrivalOutcome.UNCHANGED, why + _held(taken) + _losses(taken), detail)
    if placed.opened:
        why = "Alerts fire, and no incident of their group was open."
        return _ending(ArrivalOutcome.OPENED, why + _held(taken) + _losses(taken), detail)
    why = "Alerts fire, and the incident of their group goes on."
    return _ending(ArrivalOutcome.JOINED, why + _held(taken) + _losses(taken), detail)


def _ended(changed: int) -> str:
    return (
        "1 alert changed; no incident was needed."
        if changed == 1
        else (f"{changed} alerts changed; no incident was needed.")
    )


def _held(taken: Taken) -> str:
    """Return which alerts are held back, and by whose word."""
    holds = [one.alert.held.hold for one in taken.shown if one.alert.held]
    return f" Held back, {len(holds)} of them: {hold_words(holds[0])}." if holds else ""


def _losses(taken: Taken) -> str:
    batch = taken.batch
    unread = batch.unread + taken.refused
    said = [f"{unread} could not be read"] if unread else []
    said += [f"{batch.left_out} were left out by the sender"] if batch.left_out else []
    said += ["the message was cut off"] if batch.cut_off else []
    return f" Of its alerts: {', '.join(said)}." if said else ""


def _ending(outcome: ArrivalOutcome, reason: str, detail: dict[str, Any] | None = None) -> Ending:
    return Ending(
        outcome=outcome,
        reason=cut(one_line(reason), REASON_LENGTH),
        detail=json.dumps(detail or {}),
    )


def _text(incident_id: UUID | None) -> str | None:
    return None if incident_id is None else str(incident_id)
