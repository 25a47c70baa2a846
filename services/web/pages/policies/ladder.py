"""Ladder: the levels of an escalation policy, each with the minute in which it is reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.web.calls import Document
from services.web.fields.targets import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Step of the ladder: whom it pages, after how long, and under which condition."""

    number: int
    after: int  # seconds from the first page
    lasts: int  # seconds until the next one
    targets: Sequence[str]
    one_at_a_time: bool
    needs_all: bool
    when: str  # nothing: always


def ladder_of(policy: Document, known: Known) -> list[Step]:
    """Return the levels in order."""
    steps: list[Step] = []
    after = 0
    for number, level in enumerate(policy["levels"], start=1):
        lasts = level["escalation_timeout_seconds"]
        steps.append(
            Step(
                number=number,
                after=after,
                lasts=lasts,
                targets=[known.words(one) for one in level["targets"]],
                one_at_a_time=level["assign"] == "round_robin",
                needs_all=level["acknowledge"] == "all",
                when=condition_words(level["when"]),
            )
        )
        after += lasts
    return steps


def round_lasts(policy: Document) -> int:
    """Return how long all levels take together."""
    return sum(level["escalation_timeout_seconds"] for level in policy["levels"])


def condition_words(when: Mapping[str, Any] | None) -> str:
    """Return under which condition a level counts."""
    if when is None:
        return ""
    parts: list[str] = []
    if when["severities"]:
        parts.append(f"for {', '.join(when['severities'])}")
    if when["service_ids"]:
        parts.append(f"for {', '.join(when['service_ids'])}")
    if when["hours"] and when["calendar"]:
        zone = when["calendar"]["zone"]
        opens, closes = when["calendar"]["opens"][:5], when["calendar"]["closes"][:5]
        parts.append(f"{when['hours']} of {opens} to {closes} {zone} on working days")
    return "only " + " and ".join(parts)
