"""Ending of an arrival: what became of it and why, in words for the debugger. Pure."""

import json
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from fastapi.exceptions import RequestValidationError

from events.errors import CommandRejected
from events.ids import AlertId
from events.log.intake.arrivals import ArrivalOutcome, Ending
from events.values.plain_text import cut, one_line
from projections.sentences.alert import hold_words
from services.api.intake.change import StoredChange
from services.api.intake.passed_over import PassedOver
from services.intake.alerts.storing import Taken
from services.intake.arrival import Acted
from services.request_refusals import FiringInDoubt, SenderUnreachable

ALERTS: Final = 50  # named in an ending
REASON_LENGTH: Final = 900


def ending_of(became: object, done: Sequence[object]) -> Ending:
    """Return the ending of what was taken, by the answer to it and by what was done for it."""
    groups = [one for one in done if isinstance(one, Taken)]
    acts = [one for one in done if isinstance(one, Acted)]
    if groups:
        return _of_groups(groups, acts)
    if acts:
        return _of_act(acts[-1])
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


def nothing_new(alert_id: AlertId) -> Ending:
    """Return the ending of a trigger whose alert fires already."""
    detail = {"alerts": [_alert(alert_id, None, fires=True, changed=False)], "alerts_read": 1}
    why = "It said nothing new: its alert stood so already."
    return _ending(ArrivalOutcome.UNCHANGED, why, detail)


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


def _of_groups(groups: Sequence[Taken], acts: Sequence[Acted]) -> Ending:
    """Return the ending of alerts: of several groups, that of the one that says most."""
    first, *others = sorted(groups, key=_rank)
    ending = _of_alerts(first)
    if not others and not acts:
        return ending
    detail = json.loads(ending.detail)
    detail["alerts"] = [one for group in (first, *others) for one in _shown(group)][:ALERTS]
    detail["alerts_read"] = sum(group.stored for group in groups)
    said = [acts[-1].words] if acts else []
    said.append(ending.reason)
    said += [f"So it is for the first of {len(groups)} groups."] if others else []
    return _ending(ending.outcome, " ".join(said), detail)


def _rank(taken: Taken) -> int:
    if taken.placed is None:
        return 2
    return 0 if taken.placed.opened else 1


def _of_act(act: Acted) -> Ending:
    alert = _alert(act.alert_id, act.incident_id, fires=act.fires, changed=act.changed)
    outcome = ArrivalOutcome.STORED if act.changed else ArrivalOutcome.UNCHANGED
    return _ending(outcome, act.words, {"incident_id": _text(act.incident_id), "alerts": [alert]})


def _alert(
    alert_id: AlertId, incident_id: UUID | None, *, fires: bool, changed: bool
) -> dict[str, Any]:
    return {
        "alert_id": str(alert_id),
        "state": "firing" if fires else "resolved",
        "incident_id": _text(incident_id),
        "held_back": None,
        "changed": changed,
    }


def _shown(taken: Taken) -> list[dict[str, Any]]:
    return [
        _alert(one.alert_id, one.alert.incident_id, fires=one.alert.fires, changed=one.position > 0)
        | {"held_back": one.alert.held.hold.reason.value if one.alert.held else None}
        for one in taken.shown[:ALERTS]
    ]


def _of_alerts(taken: Taken) -> Ending:
    placed, alerts = taken.placed, _shown(taken)
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
