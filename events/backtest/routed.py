"""Routed alerts of the past: how many incidents and pages rules would have made of them. Pure.

The messages come in their order; nobody is asked what people did. So an incident takes alerts until
it has been quiet for a while, and whoever it pages takes it.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Final, NamedTuple

from events.alert.events import AlertEnding
from events.alert.state import Alert
from events.ids import AlertGroupId, AlertId

SILENT: Final = timedelta(hours=24)  # an alert that nobody speaks of any more fires no more
MOST: Final = 100_000  # alerts, and groups, that are known at once; the oldest are forgotten


class RuleName(NamedTuple):
    """A routing rule, and the list that it is in."""

    routing_rules_id: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A message says that an alert fires, and this is where the rules send it."""

    alert_id: AlertId
    group_id: AlertGroupId
    started_at: datetime  # by the monitor's clock
    start_known: bool
    at: datetime
    expires_at: datetime | None = None  # it is over then, unless it is said again
    window: timedelta | None = None  # for how long the group's incident takes alerts
    rolling: bool = False  # the window counts from the last alert that came
    held: bool = False  # it opens no incident
    until: datetime | None = None  # held, it is let through then; None: only by its next message
    pages: bool = True  # somebody is on the escalation policy that it goes by
    ticket_only: bool = False  # an incident that it opens pages nobody
    service_id: str = ""
    joins_service: bool = False  # the newest incident of its service, if one is open
    rules: tuple[RuleName, ...] = ()  # that had a say


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of alerts."""

    alerts: int = 0  # how often one opened
    incidents: int = 0
    pages: int = 0  # incidents that page somebody
    held: int = 0  # alerts that opened no incident

    def add(self, *, opened: bool, pages: bool) -> None:
        """Count an alert that opened, or joined, an incident."""
        self.alerts += 1
        self.incidents += opened
        self.pages += opened and pages


@dataclass(slots=True, kw_only=True)
class _Incident:
    opened_at: datetime
    heard_at: datetime  # of any alert in it
    joined_at: datetime  # when the last alert came to it
    ticket_only: bool
    firing: int = 0

    def is_over(self, at: datetime, quiet: timedelta) -> bool:
        return at - self.heard_at >= (SILENT if self.firing else quiet)


@dataclass(slots=True, kw_only=True)
class _Known:
    alert: Alert = field(default_factory=Alert)
    incident: _Incident | None = None  # of the newest occurrence
    held: bool = False
    waiting: Fired | None = None  # what is let through when its time is up
    expires_at: datetime | None = None


class Routed:
    """What one set of rules makes of messages, one after the other."""

    def __init__(self, quiet: timedelta, most: int = MOST) -> None:
        self._quiet = quiet
        self._most = most
        self._alerts: OrderedDict[AlertId, _Known] = OrderedDict()
        self._groups: OrderedDict[AlertGroupId, _Incident] = OrderedDict()
        self._services: dict[str, _Incident] = {}  # the newest of each
        self._rules: dict[RuleName, Tally] = {}
        self._due: list[tuple[datetime, AlertId]] = []  # a heap: what waits, and until when
        self.total = Tally()
        self.forgotten = 0  # alerts that fired still, when there were too many to know

    @property
    def by_rule(self) -> Mapping[RuleName, Tally]:
        """Return what became of the alerts in which each rule had a say."""
        return self._rules

    def fires(self, fired: Fired) -> None:
        """Take in that an alert fires."""
        self._let_through(fired.at)
        known = self._known(fired.alert_id)
        if self._is_silent(known, fired.at):
            self._close(known, fired.at, AlertEnding.EXPIRED)
        known.expires_at = fired.expires_at
        if known.alert.is_open and known.incident is not None:
            known.incident.heard_at = max(known.incident.heard_at, fired.at)
            if not fired.start_known:
                return
        if not known.alert.opens(fired.started_at, fired.at):
            return
        if fired.held:
            self._hold(known, fired)
            return
        self._close(known, fired.at, AlertEnding.REPORTED)  # its last end was never reported
        incident, opened = self._incident(fired)
        incident.firing += 1
        incident.joined_at = max(incident.joined_at, fired.at)
        incident.heard_at = max(incident.heard_at, fired.at)
        known.alert = Alert(started_at=fired.started_at, is_open=True)
        known.incident, known.held, known.waiting = incident, False, None
        for tally in self._tallies(fired):
            tally.add(opened=opened, pages=fired.pages and not fired.ticket_only)

    def ends(self, alert_id: AlertId, at: datetime) -> None:
        """Take in that an alert is over."""
        self._let_through(at)
        known = self._alerts.get(alert_id)
        if known is not None:
            for tally in self._tallies(known.waiting) if known.waiting else ():
                tally.held += 1  # it never had to page anybody
            known.held, known.waiting = False, None
            self._close(known, at, AlertEnding.REPORTED)

    def finish(self, at: datetime) -> None:
        """Take in that it is so late by now, and that nobody has said anything more."""
        self._let_through(at)

    def _let_through(self, at: datetime) -> None:
        """Let what has waited for long enough go where its rules send it."""
        while self._due and self._due[0][0] <= at:
            until, alert_id = heappop(self._due)
            known = self._alerts.get(alert_id)
            if known is not None and known.waiting is not None and known.waiting.until == until:
                waited, known.held, known.waiting = known.waiting, False, None
                self.fires(replace(waited, at=until, held=False, until=None))

    def _known(self, alert_id: AlertId) -> _Known:
        known = self._alerts.pop(alert_id, None) or _Known()
        self._alerts[alert_id] = known
        if len(self._alerts) > self._most:
            _, oldest = self._alerts.popitem(last=False)
            if oldest.alert.is_open and oldest.incident is not None:
                oldest.incident.firing -= 1
                self.forgotten += 1
        return known

    def _is_silent(self, known: _Known, at: datetime) -> bool:
        expired = known.expires_at is not None and at > known.expires_at
        return expired or (known.incident is not None and known.incident.is_over(at, self._quiet))

    def _hold(self, known: _Known, fired: Fired) -> None:
        if known.alert.is_open or known.held:
            return
        known.held = True
        if fired.until is not None:
            known.waiting = fired
            heappush(self._due, (fired.until, fired.alert_id))
            return
        for tally in self._tallies(fired):
            tally.held += 1

    def _incident(self, fired: Fired) -> tuple[_Incident, bool]:
        """Return the incident that the alert goes to, and whether it opens it."""
        found = self._groups.get(fired.group_id)
        if found is not None and not found.is_over(fired.at, self._quiet):
            begun = found.joined_at if fired.rolling else found.opened_at
            past = fired.window is not None and fired.at - begun >= fired.window
            if not past:
                return found, False
        joined = self._joined(fired)
        made = joined or _Incident(
            opened_at=fired.at, heard_at=fired.at, joined_at=fired.at, ticket_only=fired.ticket_only
        )
        self._groups[fired.group_id] = made
        self._groups.move_to_end(fired.group_id)
        if len(self._groups) > self._most:
            self._groups.popitem(last=False)
        self._services[fired.service_id] = made
        return made, joined is None

    def _joined(self, fired: Fired) -> _Incident | None:
        """Return the incident of its service that a rule has it join; none that pages nobody."""
        newest = self._services.get(fired.service_id)
        if not fired.joins_service or newest is None or newest.is_over(fired.at, self._quiet):
            return None
        return newest if fired.ticket_only or not newest.ticket_only else None

    def _close(self, known: _Known, at: datetime, ending: AlertEnding) -> None:
        if not known.alert.is_open or known.incident is None:
            return
        known.incident.firing -= 1
        if ending is AlertEnding.REPORTED:  # else nobody has said anything
            known.incident.heard_at = max(known.incident.heard_at, at)
        known.alert = Alert(
            started_at=known.alert.started_at, resolved_at=at, ending=ending, is_open=False
        )

    def _tallies(self, fired: Fired) -> list[Tally]:
        return [self.total, *(self._rules.setdefault(one, Tally()) for one in fired.rules)]
