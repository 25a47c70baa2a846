"""Sorting alerts: each of a report is new, still firing, in doubt, or over. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from events.alert.state import LATE, Alert
from events.ids import AlertId, IncidentId
from events.incident.alerts.rules import pages_nobody
from events.routing.holding import Hold, hold_of
from events.values.severity import worst_of
from services.attending import Firing
from services.commanding.expected_incident import ExpectedIncident
from services.intake.alerts.report import (
    Report,
    alert_severity,
    alert_title,
    incident_began_at,
    incident_summary,
)
from services.intake.batch.signal import Batch, Signal

# People said that it is over, and a monitor takes a while to agree. What fires on after that was
# not over.
SETTLE: Final = timedelta(minutes=5)


class Arriving(StrEnum):
    """How an alert joins the group's incident."""

    TRIGGERED = "triggered"  # a new occurrence
    MOVED = "moved"  # it fires on, and the incident it was in is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One alert as it stood before the report."""

    alert_id: AlertId
    alert: Alert
    version: int  # of its stream: a step is never mistaken for one taken in another state

    def fires_in(self, report: Report) -> bool:
        """Return whether the report says that an alert fires which is open already."""
        return self.alert.is_open and report.signals[self.alert_id].firing


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorting:
    """Sorted alerts: what is to be stored for each of a report."""

    seen: tuple[Seen, ...]
    arriving: dict[AlertId, Arriving] = field(default_factory=dict)
    held: dict[AlertId, Hold] = field(default_factory=dict)  # that would arrive otherwise
    standing: dict[IncidentId, list[AlertId]] = field(default_factory=dict)  # where they fire on
    doubted: dict[AlertId, datetime] = field(default_factory=dict)  # until when
    unsettled: frozenset[AlertId] = frozenset()  # of the doubted: their incident has just ended

    def settled(self) -> "Sorting":
        """Return it for a group that has an incident to go on in: that takes no doubt."""
        return replace(
            self,
            arriving=self.arriving | dict.fromkeys(self.unsettled, Arriving.MOVED),
            doubted={one: at for one, at in self.doubted.items() if one not in self.unsettled},
            unsettled=frozenset(),
        )


def sort(
    report: Report,
    seen: Iterable[Seen],
    homes: Mapping[IncidentId, ExpectedIncident],
    mine: Collection[AlertId],
    at: datetime,
) -> Sorting:
    """Return what is to become of the alerts; `homes` are the incidents that open ones are in.

    `mine` arrived by this report, so that nobody can have meant them by ending their incident.
    """
    sorting = Sorting(seen=tuple(seen))
    unsettled: set[AlertId] = set()
    for one in sorting.seen:
        signal, alert_id = report.signals[one.alert_id], one.alert_id
        if not signal.firing or (report.batch.released and one.alert.held is None):
            continue
        if opens(signal, one.alert, at):
            if hold := held_back(report, one.alert, at):
                sorting.held[alert_id] = hold
            else:
                sorting.arriving[alert_id] = Arriving.TRIGGERED
        elif not one.alert.is_open or one.alert.incident_id is None:
            sorting.doubted[alert_id] = (one.alert.resolved_at or at) + LATE
        elif (home := homes[one.alert.incident_id]).takes_alerts and not leaves_queue(
            report, one.alert, home
        ):
            sorting.standing.setdefault(home.incident_id, []).append(alert_id)
        elif hold := held_back(report, one.alert, at):
            sorting.held[alert_id] = hold
        elif alert_id in mine or (until := _settled_at(home, report.batch, at)) <= at:
            sorting.arriving[alert_id] = Arriving.MOVED
        else:
            sorting.doubted[alert_id] = until
            unsettled.add(alert_id)
    return replace(sorting, unsettled=frozenset(unsettled))


def held_back(report: Report, alert: Alert, at: datetime) -> Hold | None:
    """Return why a firing alert joins no incident now, by all that asks for it; None: it may."""
    if alert.is_released:
        return None
    asked = report.holding.asked if report.holding else ()
    since = alert.triggered_at if alert.fires else None
    return hold_of(asked, since=since or at, at=at)


def leaves_queue(report: Report, alert: Alert, home: ExpectedIncident) -> bool:
    """Return whether an alert that was work for the queue is one that pages, by the rules of now.

    Its incident pages nobody, so it goes on in another one.
    """
    ticket = report.batch.route is not None and report.batch.route.ticket_only
    return alert.ticket_only and not ticket and pages_nobody(home.incident)


def opens(signal: Signal, alert: Alert, at: datetime) -> bool:
    """Return whether a firing alert is a new occurrence; without a known start its end counts."""
    if alert.is_open and not signal.start_known:
        return False
    return alert.opens(signal.started_at, at)


def firing_in(report: Report, alerts: Collection[AlertId], *, news: bool, at: datetime) -> Firing:
    """Return the firing alerts as the incident is given them: by the worst one."""
    severities = {one: alert_severity(report.batch, report.signals[one]) for one in alerts}
    severity = worst_of(severities.values())
    worst = next(report.signals[one] for one in alerts if severities[one] is severity)
    firing = Firing(name=worst.name, count=len(alerts), severity=severity, news=news)
    if not news:
        return firing
    return replace(
        firing,
        title=alert_title(worst),
        summary=incident_summary(report.batch),
        began_at=incident_began_at(report.batch, at),
    )


def _settled_at(home: ExpectedIncident, batch: Batch, at: datetime) -> datetime:
    """Return until when people are believed; at once over, where a doubt would lose the alert."""
    if home.takes_alerts:  # nobody ended it: the alert leaves it
        return at
    over_since = home.incident.over_since
    return at if over_since is None or not batch.comes_again else over_since + SETTLE
