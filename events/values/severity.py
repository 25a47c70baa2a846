"""Severity levels, and the matrix of impact and scope that proposes one."""

from collections.abc import Iterable
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is; SEV1 is worst."""

    SEV1 = "SEV1"  # critical: complete outage, data loss
    SEV2 = "SEV2"  # major: significant degradation
    SEV3 = "SEV3"  # minor: limited impact
    SEV4 = "SEV4"  # low: minimal impact


class Impact(StrEnum):
    """What those who are hit have lost."""

    COMPLETE_LOSS = "complete_loss"
    DEGRADED = "degraded"
    INCONVENIENCE = "inconvenience"


class Scope(StrEnum):
    """How many are hit."""

    WIDESPREAD = "widespread"
    LIMITED = "limited"
    MINIMAL = "minimal"


MATRIX: dict[tuple[Impact, Scope], Severity] = {
    (Impact.COMPLETE_LOSS, Scope.WIDESPREAD): Severity.SEV1,
    (Impact.COMPLETE_LOSS, Scope.LIMITED): Severity.SEV2,
    (Impact.COMPLETE_LOSS, Scope.MINIMAL): Severity.SEV3,
    (Impact.DEGRADED, Scope.WIDESPREAD): Severity.SEV2,
    (Impact.DEGRADED, Scope.LIMITED): Severity.SEV3,
    (Impact.DEGRADED, Scope.MINIMAL): Severity.SEV4,
    (Impact.INCONVENIENCE, Scope.WIDESPREAD): Severity.SEV3,
    (Impact.INCONVENIENCE, Scope.LIMITED): Severity.SEV4,
    (Impact.INCONVENIENCE, Scope.MINIMAL): Severity.SEV4,
}


def severity_for(impact: Impact, scope: Scope) -> Severity:
    """Return the severity the matrix gives.

    Source: the practice's severity matrix (docs/architecture.md, "The practice, built in").
    """
    return MATRIX[impact, scope]


# A severity that nobody knows yet may be bad: people are paged for it at once.
_WORST_FIRST: tuple[Severity | None, ...] = (
    Severity.SEV1,
    Severity.SEV2,
    None,
    Severity.SEV3,
    Severity.SEV4,
)


def is_worse(severity: Severity | None, than: Severity | None) -> bool:
    """Return whether it asks for more than the other one; None is one that nobody knows yet."""
    return _WORST_FIRST.index(severity) < _WORST_FIRST.index(than)


def worst_of(severities: Iterable[Severity | None]) -> Severity | None:
    """Return the worst of them; None, too, where there are none."""
    return min(severities, key=_WORST_FIRST.index, default=None)


def severity_named(text: str) -> Severity | None:
    """Return the severity that a monitor names in our words; None when triage has to say it."""
    level = text.upper()
    return Severity(level) if level in Severity else None
