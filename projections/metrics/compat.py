"""Compat: the same incidents, measured as another product measures them, for those who compare.

Source: the products' own documentation, as read in 2026; what each says is in its `sentences`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from projections.metrics.definitions import BusinessTime, Measure, Measured, Span, Stamp


class Compat(StrEnum):
    """Product whose definitions are used."""

    PAGERDUTY = "pagerduty"
    OPSGENIE = "opsgenie"
    ROOTLY = "rootly"
    FIREHYDRANT = "firehydrant"
    JSM = "jsm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """What a product measures; what is not in `spans` it has no number for."""

    spans: Mapping[Measure, Measured]
    sentences: tuple[str, ...]
    only_resolved: bool = False


def _from(begin: Stamp, **ends: Stamp) -> dict[Measure, Measured]:
    return {Measure(name): Span(begin, end) for name, end in ends.items()}


DEFINITIONS: Final[Mapping[Compat, Definitions]] = MappingProxyType(
    {
        Compat.PAGERDUTY: Definitions(
            spans=_from(Stamp.DECLARED, tta=Stamp.ACKNOWLEDGED, ttr=Stamp.RESOLVED),
            sentences=(
                "Both times begin when the incident was triggered.",
                "Only an explicit acknowledgement counts; without one there is no value.",
                "Time that an incident was snoozed is not taken out.",
            ),
        ),
        Compat.OPSGENIE: Definitions(
            spans=_from(Stamp.DECLARED, tta=Stamp.TAKEN_OR_OVER, ttr=Stamp.RESOLVED),
            sentences=(
                "Only what is closed counts, by the date it was created.",
                "Both times begin with the creation.",
                "Of what was closed without an acknowledgement, the close counts as one.",
            ),
            only_resolved=True,
        ),
        Compat.ROOTLY: Definitions(
            spans=_from(
                Stamp.BEGAN,
                ttd=Stamp.DETECTED,
                tta=Stamp.ACKNOWLEDGED,
                ttm=Stamp.MITIGATED,
                ttr=Stamp.RESOLVED,
            ),
            sentences=("Every time begins when the incident started; unknown, there is no value.",),
        ),
        Compat.FIREHYDRANT: Definitions(
            spans=_from(
                Stamp.STARTED,
                ttd=Stamp.DETECTED,
                tta=Stamp.TAKEN_BY_DECLARING,
                ttm=Stamp.MITIGATED,
                ttr=Stamp.RESOLVED,
            ),
            sentences=(
                "Every time begins when the incident started, else when it was opened.",
                "What people open by hand is acknowledged at once: its time is 0.",
            ),
        ),
        Compat.JSM: Definitions(
            spans={
                Measure.TTA_BUSINESS: BusinessTime("tta_declared_business_us"),
                Measure.TTR_BUSINESS: BusinessTime("ttr_declared_business_us"),
            },
            sentences=(
                "Time to first response and time to resolution begin with the creation.",
                "They count in the working calendar only: tta_business and ttr_business.",
            ),
        ),
    }
)
