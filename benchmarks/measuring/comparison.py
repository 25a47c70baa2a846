"""Comparison: a number of ours beside a peer's. A ratio above 1 is better than the peer, always."""

from dataclasses import dataclass

from benchmarks.measuring.rounds import Rounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who we compare with, what they reached, and how much of it we want."""

    name: str
    reached: Rounds
    goal: float | None = None  # the least ratio wanted; None: only recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A row of a result: medians of the rounds, and how far the rounds lie apart."""

    name: str
    ours: float
    peer: float | None  # None: there is nobody to compare with
    peer_name: str | None
    unit: str
    ratio: float | None
    goal: float | None
    ratio_range: tuple[float, float] | None  # lowest and highest of the single rounds
    ours_range: tuple[float, float]

    @property
    def met(self) -> bool | None:
        """Say whether the goal is met; None when there is none."""
        if self.goal is None or self.ratio is None:
            return None
        return self.ratio >= self.goal


def alone(name: str, unit: str, ours: Rounds) -> Comparison:
    """Return a number that has no peer."""
    return Comparison(
        name=name,
        ours=ours.median,
        peer=None,
        peer_name=None,
        unit=unit,
        ratio=None,
        goal=None,
        ratio_range=None,
        ours_range=span(ours.values),
    )


def more_is_better(name: str, unit: str, ours: Rounds, peer: Peer) -> Comparison:
    """Compare rates: the ratio is ours to theirs."""
    return compared(name, unit, ours, peer, better=ours, than=peer.reached)


def less_is_better(name: str, unit: str, ours: Rounds, peer: Peer) -> Comparison:
    """Compare times or sizes: the ratio is theirs to ours."""
    return compared(name, unit, ours, peer, better=peer.reached, than=ours)


def compared(
    name: str, unit: str, ours: Rounds, peer: Peer, *, better: Rounds, than: Rounds
) -> Comparison:
    """Return the comparison whose ratio is `better` to `than`."""
    ratios = [b / t for b, t in zip(better.values, than.values, strict=True)]
    return Comparison(
        name=name,
        ours=ours.median,
        peer=peer.reached.median,
        peer_name=peer.name,
        unit=unit,
        ratio=better.median / than.median,
        goal=peer.goal,
        ratio_range=span(ratios),
        ours_range=span(ours.values),
    )


def span(values: list[float] | tuple[float, ...]) -> tuple[float, float]:
    """Return the lowest and the highest."""
    return min(values), max(values)
