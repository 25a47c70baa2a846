"""Second implementation of the metrics: plain Python over raw events, one incident at a time.

It shares nothing with the read model but the events, so that a mistake has to be made twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

RESPONSE = ("detection", "triage", "response", "mitigation")  # phases that take a mitigation back


@dataclass
class Case:
    """One incident as its events tell it."""

    declared: Any
    stamps: dict[str, datetime | None] = field(default_factory=dict)
    ended_first: datetime | None = None
    reopened: int = 0
    corrected: bool = False
    severity: str | None = None
    out: str | None = None
    private: bool = False
    part: bool = False
    closed: bool = False
    pages: dict[int, tuple[datetime, bool]] = field(default_factory=dict)  # when, whether it waits
    at_once: bool = False
    taken_waiting: bool = False
    by_monitor: bool = False
    team: str | None = None

    def stamp(self, name: str) -> datetime | None:
        if name == "called":
            return self.called
        known = self.stamps.get(name)
        return self.stamps["declared"] if name == "detected" and known is None else known

    @property
    def called(self) -> datetime | None:
        times = [at for at, _ in self.pages.values()]
        declared = self.stamps["declared"]
        assert declared is not None
        return min([*times, declared]) if self.at_once else min(times, default=None)

    @property
    def real(self) -> bool:
        return self.out is None


def cases(events: Iterable[Any], *, called_at_once: Any) -> list[Case]:
    """Return the incidents, in the order of their declaration."""
    found: dict[Any, Case] = {}
    owners: dict[str, str | None] = {}
    for event in events:
        kind = event.type
        if kind == "service.defined":
            owners[event.service_id] = event.team_id
        elif kind == "incident.declared":
            found[event.incident_id] = _begun(event, owners, called_at_once)
        else:
            _lived(found[event.incident_id], kind, event)
    return list(found.values())


def _begun(event: Any, owners: dict[str, str | None], called_at_once: Any) -> Case:
    return Case(
        declared=event,
        stamps={
            "began": event.began_at,
            "detected": event.detected_at,
            "declared": event.declared_at,
        },
        severity=event.severity,
        out="drill" if event.mode == "drill" else None,
        at_once=called_at_once(event),
        by_monitor=event.declared_by.startswith("integration:"),
        team=owners.get(event.service_id),
    )


def _lived(case: Case, kind: str, event: Any) -> None:  # noqa: C901, PLR0912  one line a kind
    if kind == "incident.acknowledged":
        if case.stamps.get("acknowledged") is None:
            case.stamps["acknowledged"] = event.acknowledged_at
        had = bool(case.pages) and not case.at_once
        _call_off(case, event.acknowledged_at)
        case.taken_waiting = case.taken_waiting or (had and not case.pages)
    elif kind == "incident.mitigated":
        case.stamps["mitigated"] = case.stamps.get("mitigated") or event.mitigated_at
    elif kind == "incident.resolved":
        case.stamps["resolved"] = case.stamps.get("resolved") or event.resolved_at
        case.ended_first = case.ended_first or event.resolved_at
        _call_off(case, event.resolved_at)
    elif kind == "incident.reopened":
        case.reopened += case.stamps.get("resolved") is not None
        case.stamps["resolved"] = None
        if event.phase in RESPONSE:
            case.stamps["mitigated"] = None
    elif kind == "incident.timestamp_corrected":
        case.corrected = True
        case.stamps[event.name] = event.happened_at
        if event.name == "resolved" and not case.reopened:
            case.ended_first = event.happened_at
        if event.name == "began":
            case.by_monitor = False
    elif kind == "incident.severity_changed":
        case.severity = event.severity
    elif kind == "incident.declined":
        case.out = "drill" if case.out == "drill" else "declined"
        _call_off(case, event.declined_at)
    elif kind == "incident.merged":
        case.out = case.out or "merged"
        _call_off(case, event.merged_at)
    elif kind == "incident.closed":
        case.closed = True
        _call_off(case, event.closed_at)
    elif kind == "incident.privacy_changed":
        case.private = event.private
    elif kind == "parent.linked":
        case.part = True
    elif kind == "incident.page_requested" and event.purpose == "response":
        asked_at: datetime = event.requested_at
        at: datetime = max(event.not_before or asked_at, asked_at)
        case.pages[event.number] = (at, at > asked_at)
    elif kind == "incident.page_sent_now" and event.number in case.pages:
        at, _ = case.pages[event.number]
        if at > event.sent_now_at:
            case.pages[event.number] = (event.sent_now_at, False)
    elif kind == "incident.page_cancelled":
        _call_off(case, event.cancelled_at, event.number)


def _call_off(case: Case, at: datetime, number: int | None = None) -> None:
    for page, (when, waits) in list(case.pages.items()):
        if waits and when > at and number in {None, page}:
            del case.pages[page]


def answer(case: Case, now: datetime) -> str:
    """Return whether the call was answered."""
    called, taken = case.called, case.stamps.get("acknowledged")
    if case.declared.mode == "backfilled":
        return "retrospective"
    if taken is None:
        return "unacknowledged" if called is not None and called <= now else "nobody_called"
    if called is None:
        return "taken_before_called" if case.taken_waiting else "nobody_called"
    return "answered" if called <= taken else "taken_before_called"


SPANS = {
    "ttd": ("began", "detected"),
    "tta": ("called", "acknowledged"),
    "ttm": ("detected", "mitigated"),
    "ttr": ("detected", "resolved"),
    "ttr_first": ("detected", "first"),
}


def values(found: Iterable[Case], measure: str, now: datetime) -> list[int]:
    """Return the values of a measure in microseconds, in order."""
    begin, end = SPANS[measure]
    spans = []
    for case in found:
        first = case.stamp(begin)
        last = case.ended_first if end == "first" else case.stamps.get(end)
        if end == "detected":
            last = case.stamp("detected")
        if measure == "tta" and answer(case, now) != "answered":
            continue
        if first is not None and last is not None and last >= first:
            spans.append((last - first) // timedelta(microseconds=1))
    return sorted(spans)


def percentile(ordered: list[int], percent: int) -> Fraction | None:
    """Return what is linear between the ranks; nothing where too few values say anything."""
    n = len(ordered)
    if not n or (percent != 50 and n * (100 - percent) < 100):
        return None
    place = Fraction(percent, 100) * (n - 1)
    low = ordered[place.__floor__()]
    high = ordered[min(place.__floor__() + 1, n - 1)]
    return low + (high - low) * (place - place.__floor__())


def summary(found: list[Case], now: datetime) -> dict[str, Any]:
    """Return what some incidents come to."""
    answers = Counter(answer(case, now) for case in found)
    return {
        "incidents": len(found),
        "open": sum(case.stamps.get("resolved") is None and not case.closed for case in found),
        "reopened": sum(case.reopened > 0 for case in found),
        "retrospective": sum(case.declared.mode == "backfilled" for case in found),
        "corrected": sum(case.corrected for case in found),
        "parts": sum(case.part for case in found),
        "answers": {name: answers[name] for name in sorted(answers)},
        "measures": {measure: _of(values(found, measure, now)) for measure in SPANS},
    }


def _of(ordered: list[int]) -> dict[str, Any]:
    return {
        "n": len(ordered),
        "total": sum(ordered),
        "least": ordered[0] if ordered else None,
        "most": ordered[-1] if ordered else None,
        "percentiles": {percent: percentile(ordered, percent) for percent in (50, 75, 90, 95)},
    }


def grouped(found: Iterable[Case], by: str) -> dict[str, list[Case]]:
    """Return the incidents by service, severity or team."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in found:
        key = case.declared.service_id if by == "service" else getattr(case, by)
        groups[key or "none"].append(case)
    return groups
