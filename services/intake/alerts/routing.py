"""Routing: the rules of a sender turn one batch into a batch for each group and service.

Only what fires is routed: what is over ends where it began. An alert that is open stays in its
incident, whatever the rules say by then.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import uuid5

import msgspec

from events.ids import (
    TOCSIN,
    AlertGroupId,
    EscalationPolicyId,
    IntegrationId,
    ServiceId,
    alert_group_id_for,
)
from events.routing.alert_facts import AlertFacts
from events.routing.decision import Decision, JoinedBy, RuleList, decided
from events.routing.group_key import group_key
from events.routing.holding import HoldAsked
from events.values.plain_text import cut, one_line
from services.intake.alerts.rule_lists import Calendars, calendars_for, lists_for
from services.intake.arrival import Intake
from services.intake.batch.losses import losses_of
from services.intake.batch.signal import TITLE_LENGTH, Batch, HoldingBack, Route, Signal
from services.intake.batch.spool import Spool, blocks_of
from services.intake.maintenance.running import RunningWindow, holding, running_windows

MOST_PARTS: Final = 50  # groups of one message; what is left stays together, as its sender says
FEW: Final = 16  # alerts that are decided on the spot; more are decided beside the event loop


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where an alert goes, as far as a rule says so."""

    service_id: ServiceId | None = None
    escalation_policy_id: EscalationPolicyId | None = None
    key: str = ""
    window: timedelta | None = None
    rolling: bool = False
    holds: tuple[HoldAsked, ...] = ()
    joined_by: JoinedBy | None = None
    ticket_only: bool = False


AS_SENT: Final = _Place()


async def parts_of(batch: Batch, intake: Intake) -> Sequence[Batch]:
    """Return what the rules make of a batch; the first part is what they leave as it was sent.

    Raises: LogUnavailable.
    """
    missing = batch.unread or batch.left_out or batch.cut_off
    if not batch.signals.firing and not missing:
        return (batch,)
    lists, running = await asyncio.gather(
        lists_for(intake.log, intake.sender), running_windows(intake.log).at(intake.log, intake.at)
    )
    if running and missing:
        batch = replace(batch, losses_route=_route_of_losses(batch, intake, running))
    if not running and not any(one.rules for one in lists):
        return (batch,)
    hours = await calendars_for(intake.log, intake.sender, lists)
    if batch.signals.count <= FEW:
        return split(batch, lists, hours, intake, running)
    return await asyncio.to_thread(split, batch, lists, hours, intake, running)


def split(
    batch: Batch,
    lists: Sequence[RuleList],
    hours: Calendars,
    intake: Intake,
    running: Sequence[RunningWindow] = (),
) -> Sequence[Batch]:
    """Return the parts of a batch by where its alerts go. Pure."""
    parts: dict[_Place, Spool] = {AS_SENT: Spool()}
    retitled = False
    for signal in signals_of(batch):
        if not signal.firing:
            parts[AS_SENT].add(signal)
            continue
        facts = facts_of(signal, batch, intake)
        made = timed(decided(lists, facts), hours, intake)
        made = held_by_windows(made, facts, intake, running)
        place = _place(made, facts)
        if place not in parts and len(parts) > MOST_PARTS:
            place = replace(AS_SENT, holds=place.holds)
        parts.setdefault(place, Spool()).add(changed(signal, made))
        retitled = retitled or bool(made.title)
    whole = parts[AS_SENT].count == batch.signals.count and not retitled
    return [
        _part(batch, place, spool, intake, title=batch.title if whole else "")
        for place, spool in parts.items()
    ]


def held_by_windows(
    made: Decision, facts: AlertFacts, intake: Intake, running: Sequence[RunningWindow]
) -> Decision:
    """Return a decision with the maintenance windows that hold its alert back, after the rules."""
    found = holding(running, facts, made.service_id or intake.sender.service_id)
    return replace(made, holds=(*made.holds, *found)) if found else made


def facts_of(signal: Signal, batch: Batch, intake: Intake) -> AlertFacts:
    """Return an alert as its rules see it: what the sender said."""
    severity = signal.severity or batch.severity
    return AlertFacts(
        title=signal.name,
        severity=severity.value if severity else "",
        dedup_key=signal.dedup_key,
        source=intake.source,
        source_url=signal.source_url,
        integration=intake.sender.integration_id,
        service=intake.sender.service_id,
        labels=signal.labels,
        annotations=signal.annotations,
    )


def timed(made: Decision, hours: Calendars, intake: Intake) -> Decision:
    """Return a decision with the business hours that its alert waits for: those of its service."""
    calendar = hours.get(made.service_id or intake.sender.service_id)
    return replace(made, holds=tuple(replace(one, calendar=calendar) for one in made.holds))


def changed(signal: Signal, made: Decision) -> Signal:
    """Return the alert as the rules want it, with the rules that had a say."""
    if not made.applied:
        return signal
    labels = signal.labels
    if made.severity:
        labels = {**labels, "severity": made.severity.value}
    return msgspec.structs.replace(
        signal,
        title=cut(one_line(made.title), TITLE_LENGTH) or signal.title,
        severity=made.severity or signal.severity,
        labels=labels,
        applied=made.applied,
        typed_as=made.typed_as,
        sent=signal if made.holds else None,
    )


def _place(made: Decision, facts: AlertFacts) -> _Place:
    grouped_by = made.grouped_by
    return _Place(
        service_id=made.service_id,
        escalation_policy_id=made.escalation_policy_id,
        key=group_key(grouped_by, facts) if grouped_by else "",
        window=grouped_by.grouping.window if grouped_by else None,
        rolling=grouped_by is not None and grouped_by.grouping.rolling,
        holds=made.holds,
        joined_by=made.joined_by,
        ticket_only=made.ticket_only,
    )


def _part(batch: Batch, place: _Place, spool: Spool, intake: Intake, *, title: str) -> Batch:
    signals = spool.done()
    if batch.signals.began_at is None:
        signals = replace(signals, began_at=None)  # its sender's source knows better
    if place is AS_SENT:
        return replace(batch, signals=signals, title=title)
    service = place.service_id or intake.sender.service_id
    key, group_id = _group_of(batch, place, service, intake.sender.integration_id)
    return replace(
        batch,
        group_key=key,
        signals=signals,
        title=title,
        unread=0,
        cut_off=False,
        left_out=0,
        partial=True,
        route=Route(
            group_id=group_id,
            service_id=place.service_id,
            escalation_policy_id=place.escalation_policy_id,
            window=place.window,
            rolling=place.rolling,
            joins_service=place.joined_by is not None and not place.joined_by.key,
            ticket_only=place.ticket_only,
            holding=_holding(place, batch, service, intake.source) if place.holds else None,
        ),
    )


def _group_of(
    batch: Batch, place: _Place, service_id: ServiceId, integration_id: IntegrationId
) -> tuple[str, AlertGroupId]:
    """Return the key that people see of the group that a place is, and its id.

    Tickets are a group of their own: an alert that pages never ends in one that pages nobody.
    """
    if replace(place, holds=()) == AS_SENT:
        return batch.group_key, alert_group_id_for(integration_id, batch.group_key)
    ticket = ":ticket" if place.ticket_only else ""
    if place.joined_by is not None:
        key = place.joined_by.key
        named = f"key{ticket}:{key}" if key else f"service{ticket}:{service_id}"
        return key or f"service {service_id}", _group_named(f"joined:{named}")
    apart = f"{service_id}:{place.escalation_policy_id or ''}{ticket}"
    if place.key:
        return place.key, _group_named(f"rules:{apart}:{place.key}")
    named = f"routed:{integration_id}:{apart}:{batch.group_key}"
    return batch.group_key, _group_named(named)


def _holding(place: _Place, batch: Batch, service_id: ServiceId, source: str) -> HoldingBack:
    return HoldingBack(
        asked=place.holds, source=source, group_key=batch.group_key, service_id=service_id
    )


def _route_of_losses(
    batch: Batch, intake: Intake, running: Sequence[RunningWindow]
) -> Route | None:
    """Return how what is missing from a batch is held back; None: it is not. No rule routes it."""
    sender = intake.sender
    for loss in losses_of(batch, intake.at):
        found = holding(running, facts_of(loss, batch, intake), sender.service_id)
        if loss.firing and found:
            place = replace(AS_SENT, holds=found)
            return Route(
                group_id=alert_group_id_for(sender.integration_id, batch.group_key),
                holding=_holding(place, batch, sender.service_id, intake.source),
            )
    return None


def _group_named(name: str) -> AlertGroupId:
    return AlertGroupId(uuid5(TOCSIN, f"alert_group:{name}"))


def signals_of(batch: Batch) -> Iterator[Signal]:
    """Yield the signals of a batch, one after the other."""
    for block in blocks_of(batch.signals):
        yield from block
