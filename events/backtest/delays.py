"""Answer delays: how long a person takes to answer a page, learned from the pages they had.

Who was silent until somebody else answered would have taken longer, nobody knows how much longer:
such a page is a silence, and counts as one (censored).
Source: Kaplan and Meier, "Nonparametric estimation from incomplete observations", 1958.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import Final

from events.backtest.past import PastIncident, PastPage
from events.configuration.responder import ResponderKind
from events.ids import ResponderId

FEWEST: Final = 8  # answers, from which on one knows how a person answers

type Band = str  # of the person's day: work, off, sleep
type BandOf = Callable[[ResponderId, datetime], Band]
type TeamsOf = Mapping[ResponderId, frozenset[ResponderId]]  # with whom they are in a team


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long one page waited for one person."""

    after: timedelta
    answered: bool  # False: it was over before they did


@dataclass(frozen=True)
class Delays:
    """Delays of one person, or of several, in one band of the day."""

    seen: tuple[Delay, ...]

    @property
    def answers(self) -> int:
        """Return how many of them were answers."""
        return sum(one.answered for one in self.seen)

    @cached_property
    def _steps(self) -> tuple[tuple[timedelta, float], ...]:
        """Return after how long which part is silent still (Kaplan-Meier), at each answer."""
        answers = Counter(one.after for one in self.seen if one.answered)
        times = sorted(one.after for one in self.seen)
        silent, steps, gone = 1.0, list[tuple[timedelta, float]](), 0
        for after in sorted(answers):
            while times[gone] < after:
                gone += 1
            silent *= 1 - answers[after] / (len(times) - gone)
            steps.append((after, silent))
        return tuple(steps)

    def silent(self, after: timedelta) -> float:
        """Return which part of the pages is not answered after so long."""
        reached = [part for at, part in self._steps if at <= after]
        return reached[-1] if reached else 1.0

    def drawn(self, dice: Random, longer_than: timedelta = timedelta(0)) -> timedelta | None:
        """Return after how long a page is answered that was not so far; None: it is not at all."""
        part = dice.random() * self.silent(longer_than)
        return next((at for at, silent in self._steps if at > longer_than and silent <= part), None)


@dataclass(frozen=True)
class KnownDelays:
    """Delays of everybody, by the band of their day."""

    own: Mapping[tuple[ResponderId, Band], Delays]
    teams: TeamsOf

    def of(self, responder_id: ResponderId, band: Band) -> Delays | None:
        """Return a person's delays, or their teams'; None: too few are known to say anything."""
        own = self.own.get((responder_id, band))
        if own is not None and own.answers >= FEWEST:
            return own
        team = sorted({responder_id, *self.teams.get(responder_id, ())})
        known = [self.own[one, band] for one in team if (one, band) in self.own]
        pooled = Delays(tuple(delay for one in known for delay in one.seen))
        return pooled if pooled.answers >= FEWEST else None


def delays_in(
    incidents: Iterable[PastIncident], band_of: BandOf, until: datetime
) -> dict[tuple[ResponderId, Band], Delays]:
    """Return what pages up to an instant tell of the people they paged."""
    seen: defaultdict[tuple[ResponderId, Band], list[Delay]] = defaultdict(list)
    for incident in incidents:
        for page in incident.pages:
            for responder_id, at in first_paged(page).items():
                delay = delay_of(page, responder_id, at, until)
                if delay is not None:
                    seen[responder_id, band_of(responder_id, at)].append(delay)
    return {key: Delays(tuple(delays)) for key, delays in seen.items()}


def first_paged(page: PastPage) -> dict[ResponderId, datetime]:
    """Return when each person was paged first; channels that are told answer nobody."""
    first: dict[ResponderId, datetime] = {}
    for step in page.steps:
        for one in step.people:
            if one.kind is ResponderKind.PERSON:
                first.setdefault(one.responder_id, step.reached_at)
    return first


def delay_of(
    page: PastPage, responder_id: ResponderId, paged_at: datetime, until: datetime
) -> Delay | None:
    """Return how long a page waited for a person it paged; None: it was over at once."""
    waited = (page.ended_at or until) - paged_at
    answered = page.acknowledged_by == f"responder:{responder_id}"
    if waited < timedelta(0) or (waited == timedelta(0) and not answered):
        return None
    return Delay(after=waited, answered=answered)


def together(teams: Iterable[Sequence[ResponderId]]) -> dict[ResponderId, frozenset[ResponderId]]:
    """Return for each person who is in a team with them."""
    found: defaultdict[ResponderId, set[ResponderId]] = defaultdict(set)
    for members in teams:
        for one in members:
            found[one].update(members)
    return {one: frozenset(others) for one, others in found.items()}
