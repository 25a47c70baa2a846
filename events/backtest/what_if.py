"""Answers by another plan: when somebody would have answered, had pages gone by it.

The plan is computed by the rules that page. The answers are a model: who was really paged by the
page answers after the delay they really took, and who was silent stays so at least as long; anybody
else answers after a draw from their own delays in that band of their day. It speaks of plans, never
of what a person would have done.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Final

from events.backtest.delays import BandOf, KnownDelays, delay_of, first_paged
from events.backtest.past import PastIncident, PastPage, PastStep
from events.configuration.responder import ResponderKind
from events.ids import ResponderId
from events.page.purpose import Purpose

DRAWS: Final = 200
SAME: Final = timedelta(seconds=1)  # what differs by less is no difference
ONE_INTERRUPTION: Final = timedelta(minutes=10)  # what comes within it is the same one

type NightOf = Callable[[ResponderId, datetime], date | None]


class Verdict(StrEnum):
    """How an incident would have been answered, beside how it was."""

    SOONER = "sooner"
    LATER = "later"
    SAME = "no_difference"
    UNKNOWN = "cannot_say"  # somebody would have been paged of whom too little is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A number over all draws: the middle one, and between which eight of ten are."""

    p10: float
    median: float
    p90: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """What pages took of a person."""

    interruptions: float = 0.0
    broken_nights: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAgain:
    """One incident, its first page for a response, and the levels that another plan would reach."""

    incident: PastIncident
    page: PastPage
    steps: tuple[PastStep, ...]  # as if nobody ever answered


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAnswered:
    """How one incident was answered, and would have been."""

    incident: PastIncident
    took: timedelta | None  # None: nobody answered
    would_take: Spread | None  # seconds, of the draws in which somebody answers
    verdicts: dict[Verdict, int]  # in how many draws


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What another plan would have meant for incidents and people."""

    draws: int
    verdicts: dict[Verdict, Spread]  # incidents
    incidents: tuple[IncidentAnswered, ...]
    people: dict[ResponderId, tuple[Burden, Burden]]  # before and after


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """One draw of one incident."""

    answered_at: datetime | None
    verdict: Verdict
    paged: tuple[tuple[ResponderId, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What the answers are made from."""

    known: KnownDelays
    band_of: BandOf
    night_of: NightOf
    until: datetime  # what is not answered by then is not answered
    seed: int = 0

    def ask(self, asked: Sequence[AskedAgain]) -> WhatIf:
        """Return what would have been, over all draws; the same seed gives the same answer."""
        drawn = [
            [self._drawn(one, Random(f"{self.seed}.{draw}.{number}")) for draw in range(DRAWS)]  # noqa: S311
            for number, one in enumerate(asked)
        ]
        by_draw = [[each[draw].verdict for each in drawn] for draw in range(DRAWS)]
        return WhatIf(
            draws=DRAWS,
            verdicts={
                verdict: spread([float(each.count(verdict)) for each in by_draw])
                for verdict in Verdict
            },
            incidents=tuple(_answered(one, draws) for one, draws in zip(asked, drawn, strict=True)),
            people=self._people(asked, drawn),
        )

    def _drawn(self, asked: AskedAgain, dice: Random) -> _Drawn:
        page, taken = asked.page, _taken(asked.page)
        first = first_paged(page)
        # Whoever answered without being paged had seen it elsewhere, and would have again.
        best = taken if taken is not None and _answerer(page) not in first else None
        met: dict[ResponderId, datetime] = {}
        paged: list[tuple[ResponderId, datetime]] = []
        unknown = False
        for step in asked.steps:
            if best is not None and step.reached_at >= best:
                break
            for responder_id in _people(step):
                paged.append((responder_id, step.reached_at))
                if responder_id in met:
                    continue
                met[responder_id] = step.reached_at
                answer, sure = self._answer(page, first, responder_id, step.reached_at, dice)
                unknown = unknown or not sure
                if answer is not None and (best is None or answer < best):
                    best = answer
        if best is not None and best >= self.until:
            best = None
        verdict = Verdict.UNKNOWN if unknown else _verdict(page, taken, best)
        over = best or page.ended_at or self.until
        return _Drawn(
            answered_at=best,
            verdict=verdict,
            paged=tuple((who, at) for who, at in paged if at < over),
        )

    def _answer(
        self,
        page: PastPage,
        first: dict[ResponderId, datetime],
        responder_id: ResponderId,
        at: datetime,
        dice: Random,
    ) -> tuple[datetime | None, bool]:
        """Return when somebody answers, if they do, and whether one can say so."""
        waited = timedelta(0)
        if responder_id in first:
            real = delay_of(page, responder_id, first[responder_id], self.until)
            if real is not None and real.answered:
                return at + real.after, True
            waited = real.after if real is not None else waited
        known = self.known.of(responder_id, self.band_of(responder_id, at))
        if known is None:
            return None, responder_id in first  # they were silent, and may have stayed so
        after = known.drawn(dice, longer_than=waited)
        return (None if after is None else at + after), True

    def _people(
        self, asked: Sequence[AskedAgain], drawn: Sequence[Sequence[_Drawn]]
    ) -> dict[ResponderId, tuple[Burden, Burden]]:
        real = [
            (who, step.reached_at)
            for one in asked
            for step in one.page.steps
            for who in _people(step)
        ]
        before = self._burdens(real)
        sums: defaultdict[ResponderId, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for draw in range(DRAWS):
            paged = [each for incident in drawn for each in incident[draw].paged]
            for who, burden in self._burdens(paged).items():
                sums[who][0] += burden.interruptions
                sums[who][1] += burden.broken_nights
        after = {
            who: Burden(interruptions=calls / DRAWS, broken_nights=nights / DRAWS)
            for who, (calls, nights) in sums.items()
        }
        return {
            who: (before.get(who, Burden()), after.get(who, Burden()))
            for who in sorted({*before, *after})
        }

    def _burdens(self, paged: Sequence[tuple[ResponderId, datetime]]) -> dict[ResponderId, Burden]:
        moments: defaultdict[ResponderId, list[datetime]] = defaultdict(list)
        for who, at in paged:
            moments[who].append(at)
        return {who: self._burden(who, sorted(all_of)) for who, all_of in moments.items()}

    def _burden(self, who: ResponderId, moments: list[datetime]) -> Burden:
        begins: list[datetime] = []
        for at in moments:
            if not begins or at >= begins[-1] + ONE_INTERRUPTION:
                begins.append(at)
        nights = {night for at in begins if (night := self.night_of(who, at)) is not None}
        return Burden(interruptions=float(len(begins)), broken_nights=float(len(nights)))


def unanswered(page: PastPage) -> PastPage:
    """Return the page as if nobody had answered it, nor had it come to an end."""
    return replace(page, ended_at=None, acknowledged_by=None)


def response_page(incident: PastIncident) -> PastPage | None:
    """Return the page that asked for a response first, and paged somebody."""
    return next(
        (
            page
            for page in incident.pages
            if page.purpose is Purpose.RESPONSE and any(map(_people, page.steps))
        ),
        None,
    )


def spread(numbers: Sequence[float]) -> Spread:
    """Return where the middle of some numbers is, and eight of ten of them."""
    ranked = sorted(numbers)
    last = len(ranked) - 1
    return Spread(
        p10=ranked[round(last * 0.1)],
        median=ranked[round(last * 0.5)],
        p90=ranked[round(last * 0.9)],
    )


def _people(step: PastStep) -> list[ResponderId]:
    return [one.responder_id for one in step.people if one.kind is ResponderKind.PERSON]


def _taken(page: PastPage) -> datetime | None:
    return page.ended_at if page.acknowledged_by is not None else None


def _answerer(page: PastPage) -> str | None:
    return (page.acknowledged_by or "").removeprefix("responder:") or None


def _verdict(page: PastPage, taken: datetime | None, best: datetime | None) -> Verdict:
    if taken is None:
        over = page.ended_at
        return Verdict.SOONER if best and (over is None or best < over - SAME) else Verdict.SAME
    if best is None or best > taken + SAME:
        return Verdict.LATER
    return Verdict.SOONER if best < taken - SAME else Verdict.SAME


def _answered(asked: AskedAgain, draws: Sequence[_Drawn]) -> IncidentAnswered:
    begins, taken = asked.page.begins_at, _taken(asked.page)
    times = [
        (one.answered_at - begins).total_seconds() for one in draws if one.answered_at is not None
    ]
    verdicts = [one.verdict for one in draws]
    return IncidentAnswered(
        incident=asked.incident,
        took=None if taken is None else taken - begins,
        would_take=spread(times) if times else None,
        verdicts={verdict: verdicts.count(verdict) for verdict in Verdict},
    )
