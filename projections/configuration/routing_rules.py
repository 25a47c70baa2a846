"""Routing rules as they are now: one list for each integration, team, and everybody."""

from typing import Final

from events.configuration.routing_rules import RoutingRulesDefined
from events.routing.rule import RoutingRule
from projections.engine.defined import defined
from projections.engine.rows import OWN_STREAM, Moment, Row, Table

NAME: Final = "routing_rules"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class RoutingRulesRow(Row, frozen=True, kw_only=True):
    """One list."""

    routing_rules_id: str
    rules: tuple[RoutingRule, ...]
    changed_by: str
    changed_at: Moment
    version: int


ROUTING_RULES = Table("routing_rules", "routing_rules_id", RoutingRulesRow, OWN_STREAM)
TABLES: Final = (ROUTING_RULES,)

project, key_of = defined(ROUTING_RULES, RoutingRulesDefined)
