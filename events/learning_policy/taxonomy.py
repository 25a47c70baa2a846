"""Cause taxonomy: the categories that causes of incidents are sorted into.

What is stored is the id; what people read is the label. A category that a later version leaves out
is retired: nothing new is sorted into it, and what was stays readable by the label it had last.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from events.wording.hints import hints_in_category


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseCategory:
    """One category."""

    category: str  # the id
    label: str


def _category(category: str, label: str) -> CauseCategory:
    return CauseCategory(category=category, label=label)


# Source: the practice's top causes, and the SRE Workbook's triggers and root causes (appendix C).
CATEGORIES: Final = (
    _category("deploy", "Deploy issues"),
    _category("config_change", "Configuration changes"),
    _category("dependency", "Dependency failures"),
    _category("resource_exhaustion", "Resource exhaustion"),
    _category("software_defect", "Software defects"),
    _category("hardware", "Hardware failures"),
    _category("network", "Network failures"),
    _category("data", "Bad data"),
    _category("traffic", "Unusual traffic"),
    _category("expiry", "Expired certificates, quotas, clocks"),
    _category("security", "Security incidents"),
    _category("process", "Ways of working"),
    _category("monitoring", "Missing or wrong monitoring"),
    _category("unknown", "Not known"),
)


def labels(versions: Iterable[Iterable[CauseCategory]]) -> Mapping[str, str]:
    """Return the label of each category there ever was; the versions come oldest first."""
    known = {one.category: one.label for one in CATEGORIES}
    for version in versions:
        known |= {one.category: one.label for one in version}
    return known


def hints_for(categories: Iterable[CauseCategory]) -> tuple[str, ...]:
    """Return what to think of before these categories are used; no refusal."""
    hints = (hint for one in categories for hint in hints_in_category(one.category, one.label))
    return tuple(dict.fromkeys(hint.question for hint in hints))
