"""Severity levels, and the matrix of impact and scope that proposes one."""

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
