"""Routing condition: one field of an alert compared with what a rule looks for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from events.routing.alert_facts import AlertFacts, is_field
from events.routing.pattern import is_found, require_pattern
from events.routing.refusals import RoutingRulesRefused


class Comparison(StrEnum):
    """How a field is compared; small and capital letters differ."""

    EQUALS = "equals"
    IN = "in"  # equal to one of several
    CONTAINS = "contains"  # one of these is part of it
    MATCHES = "matches"  # one of these regular expressions is found in it
    PRESENT = "present"  # it is there and says something


ONE: Final = frozenset({Comparison.EQUALS})
NONE: Final = frozenset({Comparison.PRESENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What one field has to say. A field that the alert lacks fits nothing, so `negated` holds."""

    field: str  # title, severity, labels.team …
    comparison: Comparison
    values: tuple[str, ...] = ()
    negated: bool = False

    def holds(self, facts: AlertFacts) -> bool:
        """Return whether it is so."""
        text = facts.text_of(self.field)
        return (text is not None and self._fits(text)) is not self.negated

    def _fits(self, text: str) -> bool:
        match self.comparison:
            case Comparison.PRESENT:
                return bool(text)
            case Comparison.CONTAINS:
                return any(value in text for value in self.values)
            case Comparison.MATCHES:
                return any(is_found(value, text) for value in self.values)
            case Comparison.EQUALS | Comparison.IN:
                return text in self.values

    def __str__(self) -> str:
        """Return it as a person reads it."""
        word = f"not {self.comparison}" if self.negated else str(self.comparison)
        return f"{self.field} {word} {' | '.join(self.values)}".rstrip()


def require_condition(condition: Condition, place: str) -> None:
    """Refuse a condition that nothing can be compared with.

    Raises: RoutingRulesRefused.
    """
    if not is_field(condition.field):
        raise RoutingRulesRefused(
            f"An alert has no field {condition.field}: use title, severity, dedup_key, source,"
            " source_url, integration, service, labels.NAME or annotations.NAME.",
            field=f"{place}.field",
        )
    given, how = len(condition.values), condition.comparison
    if how in NONE and given:
        reason = f"'{how}' asks whether {condition.field} is there at all: leave out its values."
        raise RoutingRulesRefused(reason, field=f"{place}.values")
    if how not in NONE and not given:
        reason = f"'{how}' needs something to compare {condition.field} with: give values."
        raise RoutingRulesRefused(reason, field=f"{place}.values")
    if how in ONE and given > 1:
        reason = f"'{how}' takes one value, and {given} are given: use 'in'."
        raise RoutingRulesRefused(reason, field=f"{place}.values")
    if how is Comparison.MATCHES:
        for number, pattern in enumerate(condition.values):
            require_pattern(pattern, f"{place}.values.{number}")
