"""Routing rules: where alerts go, how bad they are, and what belongs together."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Query, Response

from events.configuration.incident_type import IncidentTypeNotFound
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
from events.log.store import Log
from events.routing.alert_facts import AlertFacts, filled
from events.routing.refusals import RoutingRulesNotFound
from events.routing.rule import RoutingRule
from events.routing.typed import FieldText, fault_of, missing_in
from events.values.custom_fields import IncidentType
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
from services.commanding.declaration import incident_type_with
from services.commanding.named import require_named
from services.request_refusals import Invalid, RequestInvalid

router = api_router("configuration")

NOTHING: Final = AlertFacts(title="")

RULES = "/v1/routing-rules/{routing_rules_id}"
READ = [requires(Permission.CONFIGURATION_READ)]
WRITE = [requires(Permission.TEAM_WRITE)]


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
    await _require_fitting(change.dependencies.log, command.rules)
    stream = AGGREGATE.stream(routing_rules_id)
    return await change.receipt(routing_rules_decider, stream, command)


async def _require_fitting(log: Log, rules: Sequence[RoutingRule]) -> None:
    """Refuse fields that their incident type does not take, or has to have and is not given.

    Raises: RequestInvalid, LogUnavailable.
    """
    wrong: list[Invalid] = []
    for number, rule in enumerate(rules):
        type_id, at = rule.outcome.incident_type_id, f"body.rules.{number}.outcome.fields"
        if type_id is None:
            continue
        try:
            found = await incident_type_with(log, type_id)
        except IncidentTypeNotFound:
            continue  # refused with all that the rules name and that is not there
        for given in rule.outcome.fields:
            fault = fault_of(given, found)
            if fault is not None and (given.field_id not in _names(found) or not _varies(given)):
                wrong.append(Invalid(field=f"{at}.{given.field_id}", reason=f"{fault}."))
        for field in missing_in(found, {given.field_id for given in rule.outcome.fields}):
            reason = f"{found.name} has to say {field.label}: give it."
            wrong.append(Invalid(field=f"{at}.{field.field_id}", reason=reason))
    if wrong:
        raise RequestInvalid(*wrong)


def _names(found: IncidentType) -> set[str]:
    return {field.field_id for field in found.fields}


def _varies(given: FieldText) -> bool:
    """Return whether what the field says depends on the alert."""
    return any(filled(text, NOTHING) != text for text in given.texts)
