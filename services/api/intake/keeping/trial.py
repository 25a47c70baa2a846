"""Trial of routing rules: a message read and taken where nothing is stored, rule by rule.

It is taken by the code that takes messages, so what is said of it is what would happen now.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import uuid4

from activities.delivery.outbound import Answer
from events.configuration.routing_rules import AGGREGATE, DefineRoutingRules, routing_rules_decider
from events.handle import handle
from events.ids import EscalationPolicyId, ServiceId, service_stream
from events.loading import load
from events.log.intake.arrivals import Ending
from events.log.recorded import Metadata
from events.log.store import Log
from events.routing.decision import Decision, RuleList, Step, decision, steps
from events.routing.group_key import group_key
from events.routing.holding import Hold, hold_of
from events.routing.typed import TypedIncident, typed_incident
from events.service.decide import service_decider
from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.keeping.envelope import Envelope
from services.api.intake.keeping.replaying import dry, ending_now, not_read
from services.api.intake.keeping.sweep import AnySource, read_again
from services.api.intake.keeping.taking import intake_for
from services.intake.alerts.opening import known_type
from services.intake.alerts.routing import (
    changed,
    facts_of,
    held_by_windows,
    signals_of,
    timed,
)
from services.intake.alerts.rule_lists import Calendars, calendars_for, lists_for
from services.intake.arrival import Intake, Sender
from services.intake.batch.signal import Batch, Signal
from services.intake.maintenance.running import RunningWindow, running_windows
from services.request_refusals import SenderUnreachable

SHOWN: Final = 20  # alerts of a message whose rules are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Trying:
    """The message that is tried, and rules that are not stored, if they are to count."""

    sender: Sender
    source: AnySource
    envelope: Envelope
    draft: DefineRoutingRules | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedAlert:
    """One alert: what was asked of it, and what it would become."""

    signal: Signal  # as its sender says
    steps: tuple[Step, ...]  # none of what is over: it ends where it began
    decision: Decision
    title: str
    severity: Severity | None
    service_id: ServiceId
    escalation_policy_id: EscalationPolicyId | None
    group_key: str
    typed: TypedIncident | None = None  # of an incident that it opens
    hold: Hold | None = None  # were it the first that is heard of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the rules of now make of a message, and what would become of it."""

    ending: Ending
    alerts: tuple[TriedAlert, ...] = ()
    count: int = 0  # of its alerts


async def tried(dependencies: Dependencies, trying: Trying, now: datetime) -> Trial:
    """Return what would become of a message if it came now. Nothing is stored, nobody is asked.

    Raises: LogUnavailable, LogOverloaded, MediaTypeUnsupported; RoutingRulesRefused, of a draft.
    """
    without = dry(dependencies)
    if trying.draft is not None:
        await define_draft(without.log, trying.draft)
    arrival = trying.envelope.arrival(trying.sender, now)
    read = await read_again(trying.source, trying.envelope, arrival)
    if read.refusal is not None:
        return Trial(ending=not_read(read.refusal))
    batches: list[Batch] = []
    intake = intake_for(without, trying.source, arrival, None)
    intake = replace(intake, fetch=asks_nobody, sees=batches.append)
    lists = await lists_for(without.log, trying.sender)  # before anything else is in the log
    ending = await ending_now(trying.source, read.heard, intake)
    hours = await calendars_for(without.log, trying.sender, lists)
    running = await running_windows(dependencies.log).at(dependencies.log, intake.at)
    asked = _Asked(lists=lists, hours=hours, running=running)
    alerts = await asyncio.to_thread(_alerts, batches, asked, intake)
    return Trial(
        ending=ending,
        alerts=tuple([await _placed(one, without.log) for one in alerts]),
        count=sum(one.signals.count for one in batches),
    )


async def define_draft(log: Log, draft: DefineRoutingRules) -> None:
    """Have rules count in a log that stores nothing.

    Raises: RoutingRulesRefused, LogUnavailable.
    """
    await handle(
        log,
        routing_rules_decider,
        AGGREGATE.stream(draft.routing_rules_id),
        draft,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal=draft.actor.principal),
    )


async def asks_nobody(address: str) -> Answer:
    """Ask no sender back: it would take that for an answer.

    Raises: SenderUnreachable.
    """
    raise SenderUnreachable(f"This takes a look at {address}, and a trial asks nobody.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that has a say in what becomes of an alert, as it is now."""

    lists: Sequence[RuleList]
    hours: Calendars
    running: Sequence[RunningWindow]


def _alerts(batches: Sequence[Batch], asked: _Asked, intake: Intake) -> list[TriedAlert]:
    each = ((batch, signal) for batch in batches for signal in signals_of(batch))
    return [_alert(batch, signal, asked, intake) for batch, signal in islice(each, SHOWN)]


def _alert(batch: Batch, signal: Signal, of: _Asked, intake: Intake) -> TriedAlert:
    facts = facts_of(signal, batch, intake)
    asked = tuple(steps(of.lists, facts)) if signal.firing else ()
    made = timed(decision(asked, facts), of.hours, intake)
    if signal.firing:
        made = held_by_windows(made, facts, intake, of.running)
    after, grouped_by = changed(signal, made), made.grouped_by
    joined = made.joined_by.key if made.joined_by else ""
    return TriedAlert(
        signal=signal,
        steps=asked,
        decision=made,
        title=after.name,
        severity=after.severity or batch.severity,
        service_id=made.service_id or intake.sender.service_id,
        escalation_policy_id=made.escalation_policy_id,
        group_key=group_key(grouped_by, facts) if grouped_by else joined or batch.group_key,
        hold=hold_of(made.holds, since=intake.at, at=intake.at),
    )


async def _placed(one: TriedAlert, log: Log) -> TriedAlert:
    """Return it with its type, and the policy of its service where no rule names another one."""
    wanted = one.decision.typed_as
    if wanted is not None:
        one = replace(one, typed=typed_incident(wanted, await known_type(log, wanted)))
    if one.escalation_policy_id is not None:
        return one
    service, _ = await load(log, service_decider, service_stream(one.service_id))
    return replace(one, escalation_policy_id=service.escalation_policy_id)
