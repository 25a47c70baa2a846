"""Backtest of routing rules: what they would have made of the messages that are kept.

The messages are read in portions, by their place in the order of arrival; each portion is decided
beside the event loop. What is known of alerts is bounded, and nothing is stored.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from events.backtest.routed import Fired, Routed, RuleName
from events.configuration.routing_rules import DefineRoutingRules
from events.ids import ServiceId, alert_group_id_for, alert_id_for, service_stream
from events.loading import load
from events.log.intake.arrivals import Arrivals, WithText, arrival_id_at
from events.log.store import Log
from events.routing.decision import RuleList
from events.routing.holding import hold_of
from events.service.decide import service_decider
from services.api.dependencies import Dependencies
from services.api.intake.keeping.looking import Look, Message
from services.api.intake.keeping.replaying import dry
from services.api.intake.keeping.sweep import sender_of, source_named
from services.api.intake.keeping.trial import define_draft
from services.intake.alerts.routing import signals_of, split
from services.intake.alerts.rule_lists import Calendars, calendars_for, lists_for
from services.intake.arrival import Intake, Sender
from services.intake.batch.signal import Batch

FIRST: Final = 50  # messages of the first portion
MOST_AT_ONCE: Final = 500
BYTES_AT_ONCE: Final = 4 * 1024 * 1024  # of bodies, as far as the portion before foretells it

type Apart = Callable[[Callable[[], Any]], Awaitable[Any]]  # has work done beside the event loop


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestWanted:
    """What is asked: which messages, and under which rules."""

    begin: datetime
    end: datetime
    quiet: timedelta  # an incident takes alerts until it has been quiet for so long
    draft: DefineRoutingRules | None = None  # None: the rules of now are compared with none


@dataclass(slots=True, kw_only=True)
class Heard:
    """The messages that were looked at so far."""

    messages: int = 0
    at: datetime | None = None  # when the last one came
    left_out: Counter[str] = field(default_factory=Counter)  # by why


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One set of rules, and what it makes of the messages."""

    log: Log | None  # where its rules are; None: there are none
    routed: Routed
    lists: dict[str, Sequence[RuleList]] = field(default_factory=dict)  # by integration
    hours: dict[str, Calendars] = field(default_factory=dict)  # that its rules wait for


class RulesBacktest:
    """Goes through the messages of a time, under two sets of rules."""

    def __init__(self, dependencies: Dependencies, wanted: BacktestWanted) -> None:
        self._arrivals: Arrivals = dependencies.arrivals
        self._dry = dry(dependencies)
        self._wanted = wanted
        stored = dry(dependencies).log
        self._before = _Side(log=stored if wanted.draft else None, routed=Routed(wanted.quiet))
        self._after = _Side(log=self._dry.log, routed=Routed(wanted.quiet))
        self._senders: dict[str, Sender | None] = {}
        self._pages: dict[ServiceId, bool] = {}
        self._look = Look()
        self.heard = Heard()

    @property
    def before(self) -> Routed:
        """Return what is without the draft, or without any rules."""
        return self._before.routed

    @property
    def after(self) -> Routed:
        """Return what is with the draft, or with the rules of now."""
        return self._after.routed

    async def begin(self) -> datetime | None:
        """Take the draft in, and return when the oldest message that is kept came.

        Raises: RoutingRulesRefused, LogUnavailable.
        """
        if self._wanted.draft is not None:
            await define_draft(self._dry.log, self._wanted.draft)
        return await self._arrivals.oldest()

    async def portions(self, apart: Apart) -> AsyncIterator[Heard]:
        """Go through all messages; yield after each portion of them.

        Raises: LogUnavailable, Overloaded.
        """
        after = arrival_id_at(self._wanted.begin, bytes(10))
        until = arrival_id_at(self._wanted.end, bytes(10))
        limit = FIRST
        while portion := await self._arrivals.taken(after, until, limit):
            messages = [one for each in portion if (one := await self._message(each)) is not None]
            await apart(partial(self._decide, messages))
            after = portion[-1][0].arrival_id
            self.heard.messages += len(portion)
            self.heard.at = portion[-1][0].arrived_at
            yield self.heard
            size = sum(one.kept for one, _ in portion) // len(portion)
            limit = max(1, min(MOST_AT_ONCE, BYTES_AT_ONCE // max(size, 1)))
        for side in (self._before, self._after):
            side.routed.finish(self._wanted.end)

    async def _message(self, kept: WithText) -> Message | None:
        """Return a message with all that its rules take, ready to be decided apart."""
        arrival, content = kept
        source, sender = source_named(arrival.source), await self._sender(arrival.integration_id)
        if content is None or source is None or sender is None:
            why = "integration_revoked" if content is not None else "key_gone"
            self.heard.left_out[why] += 1
            return None
        if arrival.kept < arrival.size:
            self.heard.left_out["cut"] += 1  # its beginning counts
        return Message(arrival=arrival, content=content, source=source, sender=sender)

    async def _sender(self, integration_id: str) -> Sender | None:
        if integration_id not in self._senders:
            sender = await sender_of(self._dry.log, integration_id)
            self._senders[integration_id] = sender
            if sender is not None:
                await self._read_rules(sender)
        return self._senders[integration_id]

    async def _read_rules(self, sender: Sender) -> None:
        services = {sender.service_id}
        for side in (self._before, self._after):
            lists = () if side.log is None else await lists_for(side.log, sender)
            side.lists[sender.integration_id] = lists
            log = self._dry.log if side.log is None else side.log
            side.hours[sender.integration_id] = await calendars_for(log, sender, lists)
            rules = [rule for one in lists for rule in one.rules]
            services |= {one for rule in rules if (one := rule.outcome.service_id) is not None}
        for service_id in services - self._pages.keys():
            service, _ = await load(self._dry.log, service_decider, service_stream(service_id))
            self._pages[service_id] = service.escalation_policy_id is not None

    def _decide(self, messages: Sequence[Message]) -> None:
        asyncio.run(self._decided(messages))

    async def _decided(self, messages: Sequence[Message]) -> None:
        for message in messages:
            looked = await self._look.at(message)
            if looked.batches is None:
                self.heard.left_out["failed" if looked.failed else "unreadable"] += 1
                continue
            for batch in looked.batches:
                for side in (self._before, self._after):
                    lists = side.lists[message.arrival.integration_id]
                    hours = side.hours[message.arrival.integration_id]
                    feed(side.routed, batch, (lists, hours), looked.intake, self._pages)


def feed(
    routed: Routed,
    batch: Batch,
    by: tuple[Sequence[RuleList], Calendars],
    intake: Intake,
    pages: Mapping[ServiceId, bool],
) -> None:
    """Take in what a batch says, each alert where the rules send it."""
    lists, hours = by
    has_rules = batch.signals.firing and any(one.rules for one in lists)
    integration_id = intake.sender.integration_id
    for part in split(batch, lists, hours, intake) if has_rules else (batch,):
        route = part.route
        service_id = (route and route.service_id) or intake.sender.service_id
        policy = route is not None and route.escalation_policy_id is not None
        asked = route.holding.asked if route and route.holding else ()
        hold = hold_of(asked, since=intake.at, at=intake.at)
        for signal in signals_of(part):
            alert_id = alert_id_for(integration_id, signal.dedup_key)
            if not signal.firing:
                routed.ends(alert_id, intake.at)
                continue
            fired = Fired(
                alert_id=alert_id,
                group_id=(
                    route.group_id if route else alert_group_id_for(integration_id, part.group_key)
                ),
                started_at=signal.started_at,
                start_known=signal.start_known,
                at=intake.at,
                expires_at=signal.expires_at,
                window=route.window if route else None,
                rolling=route is not None and route.rolling,
                held=hold is not None,
                until=hold.until if hold else None,
                pages=policy or pages.get(service_id, False),
                ticket_only=route is not None and route.ticket_only,
                service_id=service_id,
                joins_service=route is not None and route.joins_service,
                rules=tuple(RuleName(one.routing_rules_id, one.rule) for one in signal.applied),
            )
            routed.fires(fired)
