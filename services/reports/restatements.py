"""Restatements: figures of an issued report that are others by now, in sentences."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from projections.reports.restated import CAUSE, COUNTS, SEVERITY, Because
from services.reports.assembling import MEANS
from services.reports.box import Box, Mean, in_minutes, percent

WORDS: Final[Mapping[str, str]] = {
    "incident.declared": "was declared",
    "incident.triaged": "was triaged",
    "incident.severity_changed": "got another severity",
    "incident.acknowledged": "was acknowledged",
    "incident.mitigated": "was mitigated",
    "incident.resolved": "was resolved",
    "incident.reopened": "was reopened",
    "incident.declined": "was declined",
    "incident.closed": "was closed",
    "incident.merged": "was merged into another",
    "incident.privacy_changed": "became visible to everybody",
    "postmortem.factor_recorded": "got a cause",
    "postmortem.factor_changed": "got another cause",
    "postmortem.factor_retracted": "lost a cause",
}
STAMPS: Final[Mapping[str, str]] = {
    "began": "beginning",
    "detected": "detection",
    "declared": "declaration",
    "acknowledged": "acknowledgement",
    "mitigated": "mitigation",
    "resolved": "end",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """One figure that is another by now; no event: those who may know them know why."""

    figure: str
    then: str
    now: str
    because: Sequence[Because]

    def sentence(self) -> str:
        """Return it as people say it."""
        why = ", ".join(dict.fromkeys(map(reason, self.because)))
        return f"{self.figure} {self.then} → {self.now}{f': {why}' if why else ''}"


def reason(one: Because) -> str:
    """Return what happened: INC-1042's end was corrected."""
    if one.name is not None:
        return f"{one.reference}'s {STAMPS.get(one.name, one.name)} was corrected"
    return f"{one.reference} {WORDS.get(one.type, f'has {one.type}')}"


def restatements(
    then: Box, now: Box, why: Sequence[Because], hidden: Collection[UUID]
) -> list[Restated]:
    """Return each figure of the box that changed, with the events that changed it."""
    said = [one for one in why if one.incident_id not in hidden]

    def by(*aspects: str) -> list[Because]:
        return [one for one in said if one.aspects & {*aspects}]

    found = []
    for figure, before, after, aspects in _figures(then, now):
        if before != after:
            found.append(Restated(figure=figure, then=before, now=after, because=by(*aspects)))
    for mean, other in zip(then.means, now.means, strict=True):
        if mean.value != other.value:
            before, after = _apart(mean, other)
            aspects = (MEANS[mean.name].value,)
            found.append(Restated(figure=mean.name, then=before, now=after, because=by(*aspects)))
    return found


def _figures(then: Box, now: Box) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    yield "Total incidents", str(then.incidents), str(now.incidents), (COUNTS,)
    before, after = dict(then.severities), dict(now.severities)
    for name in dict.fromkeys((*before, *after)):
        yield name, str(before.get(name, 0)), str(after.get(name, 0)), (COUNTS, SEVERITY)
    was, became = dict(then.causes), dict(now.causes)
    for label in sorted(was.keys() | became.keys()):
        shares = _share(was, then, label), _share(became, now, label)
        yield (label, *shares, (COUNTS, CAUSE))
    yield "No cause recorded", str(then.no_cause), str(now.no_cause), (COUNTS, CAUSE)


def _share(causes: Mapping[str, int], box: Box, label: str) -> str:
    number = causes.get(label, 0)
    return f"{number} ({percent(number, box.incidents)}%)"


def _apart(then: Mean, now: Mean) -> tuple[str, str]:
    """Return both means, with seconds where minutes do not tell them apart."""
    before, after = in_minutes(then.value, then.target), in_minutes(now.value, now.target)
    if before != after or then.value is None or now.value is None:
        return before, after
    return f"{float(then.value) / 60e6:.4f} min", f"{float(now.value) / 60e6:.4f} min"
