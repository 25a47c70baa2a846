"""Routing rule: which alerts it is about, and what becomes of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from events.ids import EscalationPolicyId, IncidentTypeId, ServiceId
from events.routing.alert_facts import is_field
from events.routing.condition import Condition, require_condition
from events.routing.expression import require_expression
from events.routing.refusals import RoutingRulesRefused
from events.routing.typed import FieldText
from events.values.severity import Severity

SHORTEST_PAUSE: Final = timedelta(seconds=1)
LONGEST_PAUSE: Final = timedelta(days=1)
SHORTEST_WINDOW: Final = timedelta(minutes=1)
LONGEST_WINDOW: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityOf:
    """One word of a field, and the severity that it means."""

    word: str
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityTable:
    """Which severity a field's word means; a word that it does not list says nothing."""

    field: str
    words: tuple[SeverityOf, ...]

    def severity_for(self, text: str | None) -> Severity | None:
        """Return what the word means; small and capital letters are the same here."""
        if text is None:
            return None
        for one in self.words:
            if one.word.lower() == text.lower():
                return one.severity
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Which alerts are one incident: those that say the same in each of these fields."""

    fields: tuple[str, ...] = ()  # none: all that the rule matches
    window: timedelta | None = None  # None: as long as their incident is open
    rolling: bool = False  # from the last alert that came on; else from the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Which open incident an alert joins, if there is one: its service's newest, or a key's."""

    key: str = ""  # may hold {labels.cluster} …; the same for whoever names it; empty: the service


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rule makes of an alert; what it leaves open, a later rule may say."""

    title: str = ""  # may hold {title}, {labels.host} …; empty: as the sender says
    severity: Severity | None = None
    severity_table: SeverityTable | None = None
    service_id: ServiceId | None = None
    escalation_policy_id: EscalationPolicyId | None = None  # instead of the service's
    grouping: Grouping | None = None
    joining: Joining | None = None  # in place of a grouping
    suppress: bool = False  # the alert is kept, and nobody is paged
    pause: timedelta | None = None  # it has to fire for so long first
    business_hours: bool = False  # it waits for those of its service
    incident_type_id: IncidentTypeId | None = None
    fields: tuple[FieldText, ...] = ()  # of the type
    ticket_only: bool = False  # its incident is work for the queue, and pages nobody

    def named(self) -> Iterator[str]:
        """Yield the name of each thing that it says."""
        says = {
            "title": self.title,
            "severity": self.severity or self.severity_table,
            "service": self.service_id,
            "escalation_policy": self.escalation_policy_id,
            "grouping": self.grouping,
            "joining": self.joining,
            "suppress": self.suppress,
            "pause": self.pause,
            "business_hours": self.business_hours,
            "incident_type": self.incident_type_id,
            "ticket_only": self.ticket_only,
        }
        return (name for name, said in says.items() if said)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """One rule of a list: what has to be so, and what is then done."""

    name: str
    conditions: tuple[Condition, ...] = ()  # all of them; none: every alert
    expression: str = ""  # CEL; has to be true as well
    outcome: Outcome = field(default_factory=Outcome)
    goes_on: bool = False  # to the rules behind it, which may say what this one leaves open


def require_rule(rule: RoutingRule, place: str) -> None:
    """Refuse a rule that cannot be read or does nothing.

    Raises: RoutingRulesRefused.
    """
    for number, condition in enumerate(rule.conditions):
        require_condition(condition, f"{place}.conditions.{number}")
    if rule.expression:
        require_expression(rule.expression, f"{place}.expression")
    outcome, where = rule.outcome, f"{place}.outcome"
    if rule.goes_on and not any(outcome.named()):
        reason = f"Rule '{rule.name}' changes nothing and goes on: give it an outcome, or end here."
        raise RoutingRulesRefused(reason, field=where)
    if outcome.severity and outcome.severity_table:
        reason = "Give a severity or a table of severities, not both."
        raise RoutingRulesRefused(reason, field=f"{where}.severity_table")
    if outcome.severity_table:
        _require_field(outcome.severity_table.field, f"{where}.severity_table.field")
        _require_each_word_once(outcome.severity_table, f"{where}.severity_table.words")
    if outcome.grouping:
        _require_grouping(outcome.grouping, f"{where}.grouping")
    _require_one_way(outcome, where)


def _require_one_way(outcome: Outcome, place: str) -> None:
    if outcome.grouping and outcome.joining:
        reason = "Alerts join an open incident, or are grouped by their fields: give one of them."
        raise RoutingRulesRefused(reason, field=f"{place}.joining")
    if outcome.fields and outcome.incident_type_id is None:
        reason = "Fields are those of an incident type: name it."
        raise RoutingRulesRefused(reason, field=f"{place}.incident_type_id")
    if outcome.pause is not None and not SHORTEST_PAUSE <= outcome.pause <= LONGEST_PAUSE:
        reason = "An alert pauses for at least a second and at most a day."
        raise RoutingRulesRefused(reason, field=f"{place}.pause_seconds")
    if outcome.suppress and (outcome.pause or outcome.business_hours):
        reason = "A suppressed alert waits for nothing: suppress it, or have it wait."
        raise RoutingRulesRefused(reason, field=f"{place}.suppress")
    if outcome.suppress and outcome.ticket_only:
        reason = "A suppressed alert opens no incident, so there is no ticket: give one of them."
        raise RoutingRulesRefused(reason, field=f"{place}.ticket_only")


def _require_grouping(grouping: Grouping, place: str) -> None:
    for number, name in enumerate(grouping.fields):
        _require_field(name, f"{place}.fields.{number}")
    window = grouping.window
    if grouping.rolling and window is None:
        reason = "Say how long after the last alert the group takes more."
        raise RoutingRulesRefused(reason, field=f"{place}.window_seconds")
    if window is not None and not SHORTEST_WINDOW <= window <= LONGEST_WINDOW:
        reason = "A window is at least a minute and at most seven days long."
        raise RoutingRulesRefused(reason, field=f"{place}.window_seconds")


def _require_each_word_once(table: SeverityTable, place: str) -> None:
    words = [one.word.lower() for one in table.words]
    if not words:
        raise RoutingRulesRefused("List the words that mean a severity.", field=place)
    twice = sorted({word for word in words if words.count(word) > 1})
    if twice:
        raise RoutingRulesRefused(f"List each word once; twice: {', '.join(twice)}.", field=place)


def _require_field(name: str, place: str) -> None:
    if not is_field(name):
        raise RoutingRulesRefused(f"An alert has no field {name}.", field=place)
