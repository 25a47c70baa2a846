"""Routing rules: where alerts go, how bad they are, and what belongs together."""

from typing import Annotated

from fastapi import Query, Response

from events.configuration.integration import AGGREGATE as INTEGRATION
from events.configuration.routing_rules import (
    AGGREGATE,
    EVERYBODY,
    DefineRoutingRules,
    RoutingRulesId,
    owner_of,
    routing_rules_decider,
)
from events.configuration.team import AGGREGATE as TEAM
from events.routing.refusals import RoutingRulesNotFound
from projections.configuration import routing_rules
from projections.engine.defined import every, one
from services.access.permissions import Permission
from services.api.http.formats import Name
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.routing.bodies import (
    RoutingRulesBody,
    RoutingRulesList,
    RoutingRulesView,
    rules_in,
    view_of,
)
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.commanding.named import require_named

router = api_router("configuration")

RULES = "/v1/routing-rules/{routing_rules_id}"
READ = [requires(Permission.CONFIGURATION_READ)]
WRITE = [requires(Permission.CONFIGURATION_WRITE)]


@router.get("/v1/routing-rules", dependencies=READ)
async def list_routing_rules(
    reads: TheReads, query: Annotated[ReadQuery, Query()]
) -> RoutingRulesList:
    """List the routing rules of every integration and team, by id."""
    async with reads.of(query, routing_rules.NAME) as connection:
        rows = await every(routing_rules.ROUTING_RULES, connection)
    return RoutingRulesList(routing_rules=[view_of(row) for row in rows])


@router.get(RULES, dependencies=READ)
async def show_routing_rules(
    response: Response,
    reads: TheReads,
    routing_rules_id: Name,
    query: Annotated[ReadQuery, Query()],
) -> RoutingRulesView:
    """Show a list of routing rules; its ETag is what If-Match takes."""
    stream = AGGREGATE.stream(routing_rules_id)
    async with reads.of(query, routing_rules.NAME, stream=stream) as connection:
        row = await one(routing_rules.ROUTING_RULES, connection, routing_rules_id)
    if row is None:
        raise RoutingRulesNotFound(f"No such routing rules: {routing_rules_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    return view_of(row)


@router.put(RULES, dependencies=WRITE, response_model=Receipt)
async def define_routing_rules(
    routing_rules_id: Name, body: RoutingRulesBody, change: TheConfigurationChange
) -> Response:
    """Replace the rules of `organisation`, of `team.ID` or of `integration.ID`.

    An integration's rules are asked first, then those of its service's team, then everybody's. The
    first that matches ends it, unless it goes on; the first word on a thing counts.
    """
    command = DefineRoutingRules(
        routing_rules_id=RoutingRulesId(routing_rules_id),
        rules=rules_in(body),
        actor=change.actor,
        at=change.at,
    )
    owner_of(command.routing_rules_id)
    if routing_rules_id != EVERYBODY:
        kind, _, named = routing_rules_id.partition(".")
        stream = {"team": TEAM, "integration": INTEGRATION}[kind].stream(named)
        log = change.dependencies.log
        await require_named(log, [("routing_rules_id", stream)], at="path")
    stream = AGGREGATE.stream(routing_rules_id)
    return await change.receipt(routing_rules_decider, stream, command)
