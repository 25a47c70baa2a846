"""Routing decision: what the rules make of one alert, step by step.

Lists are asked from the narrowest to the widest: the integration's, its team's, everybody's. Rules
see what the sender said, not what other rules made of it, and what a rule has said stays said: so
the order of two rules matters only where both say the same thing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from events.ids import EscalationPolicyId, ServiceId
from events.routing.alert_facts import AlertFacts, filled
from events.routing.expression import NoAnswer, holds
from events.routing.holding import HoldAsked, HoldReason
from events.routing.rule import Grouping, Outcome, RoutingRule
from events.routing.typed import FieldText, TypedAs
from events.values.plain_text import cut
from events.values.severity import Severity

# What says the same thing in another way: the first word on it counts.
ABOUT: Final[Mapping[str, frozenset[str]]] = {
    "grouping": frozenset({"grouping", "joining"}),
    "joining": frozenset({"grouping", "joining"}),
}
HOLDING: Final = {
    "suppress": HoldReason.SUPPRESSED,
    "pause": HoldReason.PAUSE,
    "business_hours": HoldReason.BUSINESS_HOURS,
}
FOUND_LENGTH: Final = 200  # characters of a value, in an explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleList:
    """A list of routing rules as it was at one version."""

    routing_rules_id: str
    number: int  # of its versions
    rules: tuple[RoutingRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that a rule asks, and the answer."""

    asks: str
    found: str | None  # what the field says; of an expression, why there was no answer
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rule that was asked; `checks` end with the first that does not hold."""

    routing_rules_id: str
    number: int
    rule: RoutingRule
    checks: tuple[Check, ...]
    matches: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedRule:
    """A rule that had a say in what became of an alert, and what it said."""

    routing_rules_id: str
    number: int  # of the list's versions
    rule: str
    said: tuple[str, ...]  # as Outcome.named: title, severity, service ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedBy:
    """The grouping that a rule asks for, and whose it is."""

    routing_rules_id: str
    rule: str
    grouping: Grouping


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedBy:
    """The open incident that a rule has alerts join: that of a key, or of the service."""

    rule: str
    key: str  # filled; empty: the service's newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of one alert; None is as without rules."""

    title: str = ""
    severity: Severity | None = None
    service_id: ServiceId | None = None
    escalation_policy_id: EscalationPolicyId | None = None
    grouped_by: GroupedBy | None = None
    joined_by: JoinedBy | None = None
    typed_as: TypedAs | None = None
    ticket_only: bool = False
    holds: tuple[HoldAsked, ...] = ()  # what wants it held back; the first counts
    applied: tuple[AppliedRule, ...] = ()


def steps(lists: Iterable[RuleList], facts: AlertFacts) -> Iterator[Step]:
    """Yield each rule that is asked, up to the one that ends it."""
    for one in lists:
        for rule in one.rules:
            checks = tuple(_checks(rule, facts))
            matches = all(check.holds for check in checks)
            yield Step(
                routing_rules_id=one.routing_rules_id,
                number=one.number,
                rule=rule,
                checks=checks,
                matches=matches,
            )
            if matches and not rule.goes_on:
                return


def decision(taken: Iterable[Step], facts: AlertFacts) -> Decision:
    """Return what the rules that match make of the alert; the first word on a thing counts."""
    said: dict[str, tuple[Step, Outcome]] = {}
    applied = []
    for step in taken:
        if not step.matches:
            continue
        outcome = step.rule.outcome
        new = [
            name for name in _saying(outcome, facts) if not said.keys() & ABOUT.get(name, {name})
        ]
        said |= dict.fromkeys(new, (step, outcome))
        applied.append(
            AppliedRule(
                routing_rules_id=step.routing_rules_id,
                number=step.number,
                rule=step.rule.name,
                said=tuple(new),
            )
        )
    return Decision(
        title=filled(said["title"][1].title, facts) if "title" in said else "",
        severity=_severity(said["severity"][1], facts) if "severity" in said else None,
        service_id=said["service"][1].service_id if "service" in said else None,
        escalation_policy_id=(
            said["escalation_policy"][1].escalation_policy_id
            if "escalation_policy" in said
            else None
        ),
        grouped_by=_grouped_by(*said["grouping"]) if "grouping" in said else None,
        joined_by=_joined_by(*said["joining"], facts) if "joining" in said else None,
        typed_as=_typed_as(*said["incident_type"], facts) if "incident_type" in said else None,
        ticket_only="ticket_only" in said,
        holds=tuple(_holds(said)),
        applied=tuple(applied),
    )


def decided(lists: Sequence[RuleList], facts: AlertFacts) -> Decision:
    """Return what the lists make of an alert."""
    return decision(steps(lists, facts), facts)


def _checks(rule: RoutingRule, facts: AlertFacts) -> Iterator[Check]:
    for condition in rule.conditions:
        found = facts.text_of(condition.field)
        check = Check(
            asks=str(condition),
            found=found if found is None else cut(found, FOUND_LENGTH),
            holds=condition.holds(facts),
        )
        yield check
        if not check.holds:
            return
    if rule.expression:
        yield _answer(rule.expression, facts)


def _answer(expression: str, facts: AlertFacts) -> Check:
    try:
        return Check(asks=expression, found=None, holds=holds(expression, facts.members()))
    except NoAnswer as none:
        return Check(asks=expression, found=cut(str(none), FOUND_LENGTH), holds=False)


def _saying(outcome: Outcome, facts: AlertFacts) -> Iterator[str]:
    """Yield what an outcome says of this alert: not a severity that its table does not list."""
    for name in outcome.named():
        if name != "severity" or _severity(outcome, facts) is not None:
            yield name


def _severity(outcome: Outcome, facts: AlertFacts) -> Severity | None:
    table = outcome.severity_table
    if table is None:
        return outcome.severity
    return table.severity_for(facts.text_of(table.field))


def _holds(said: Mapping[str, tuple[Step, Outcome]]) -> Iterator[HoldAsked]:
    for name, reason in HOLDING.items():
        if name in said:
            step, outcome = said[name]
            pause = outcome.pause if reason is HoldReason.PAUSE else None
            yield HoldAsked(
                reason=reason,
                by=step.rule.name,
                owner=step.routing_rules_id,
                pause=pause or timedelta(0),
            )


def _typed_as(step: Step, outcome: Outcome, facts: AlertFacts) -> TypedAs | None:
    if outcome.incident_type_id is None:
        return None
    fields = (
        FieldText(field_id=one.field_id, texts=tuple(filled(text, facts) for text in one.texts))
        for one in outcome.fields
    )
    return TypedAs(
        rule=step.rule.name,
        owner=step.routing_rules_id,
        incident_type_id=outcome.incident_type_id,
        fields=tuple(fields),
    )


def _joined_by(step: Step, outcome: Outcome, facts: AlertFacts) -> JoinedBy | None:
    """Return what it joins; with a key whose fields the alert lacks, no rule says it."""
    joining = outcome.joining
    if joining is None:
        return None
    key = cut(filled(joining.key, facts).strip(), FOUND_LENGTH)
    return None if joining.key and not key else JoinedBy(rule=step.rule.name, key=key)


def _grouped_by(step: Step, outcome: Outcome) -> GroupedBy | None:
    if outcome.grouping is None:
        return None
    return GroupedBy(
        routing_rules_id=step.routing_rules_id, rule=step.rule.name, grouping=outcome.grouping
    )
