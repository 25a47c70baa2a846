"""Routing rules: an ordered list for one integration, for a team's services, or for everything."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final, Literal, NewType

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition
from events.ids import IntegrationId, TeamId
from events.routing.refusals import RoutingRulesRefused
from events.routing.rule import RoutingRule, require_rule

RoutingRulesId = NewType("RoutingRulesId", str)

EVERYBODY: Final = RoutingRulesId("organisation")
_TEAM: Final = "team."
_INTEGRATION: Final = "integration."


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineRoutingRules:
    """Replace the rules of one list; without any, alerts go where their sender's service says."""

    routing_rules_id: RoutingRulesId
    rules: tuple[RoutingRule, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRulesDefined:
    """Alerts that come from now on go by these rules."""

    schema_version: ClassVar[int] = 2
    routing_rules_id: RoutingRulesId
    rules: tuple[RoutingRule, ...]  # in the order in which they are asked
    defined_by: str
    defined_at: datetime
    type: Literal["routing_rules.defined"] = "routing_rules.defined"


def rules_of_integration(integration_id: IntegrationId) -> RoutingRulesId:
    """Return the list that is asked first of what an integration sends."""
    return RoutingRulesId(f"{_INTEGRATION}{integration_id}")


def rules_of_team(team_id: TeamId) -> RoutingRulesId:
    """Return the list that is asked of alerts for a team's services."""
    return RoutingRulesId(f"{_TEAM}{team_id}")


def owner_of(routing_rules_id: RoutingRulesId) -> IntegrationId | TeamId | None:
    """Return the integration or the team that a list is of; None: everybody's.

    Raises: RoutingRulesRefused.
    """
    if routing_rules_id == EVERYBODY:
        return None
    kind, _, name = routing_rules_id.partition(".")
    if name and f"{kind}." == _TEAM:
        return TeamId(name)
    if name and f"{kind}." == _INTEGRATION:
        return IntegrationId(name)
    raise RoutingRulesRefused(
        f"There are no routing rules '{routing_rules_id}': they are those of '{EVERYBODY}', of a"
        " team ('team.payments') or of an integration ('integration.' and its id).",
        field="routing_rules_id",
    )


def require_clear_rules(command: DefineRoutingRules) -> None:
    """Refuse rules that cannot be read, or told apart by their names.

    Raises: RoutingRulesRefused.
    """
    owner_of(command.routing_rules_id)
    for number, rule in enumerate(command.rules):
        require_rule(rule, f"rules.{number}")
    named = Counter(rule.name for rule in command.rules)
    twice = [name for name, number in named.items() if number > 1]
    if twice:
        raise RoutingRulesRefused(f"Give each rule its own name; twice: {twice[0]}.", field="rules")


routing_rules_decider = replace(
    definition(DefineRoutingRules, RoutingRulesDefined, check=require_clear_rules),
    afresh=(RoutingRulesDefined,),  # asked at every message: the newest is all that counts
)

AGGREGATE = Aggregate(
    noun="routing_rules",
    id=RoutingRulesId,
    decider=routing_rules_decider,
    commands=DefineRoutingRules,
)
