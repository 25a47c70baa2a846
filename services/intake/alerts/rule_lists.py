"""Rule lists: the routing rules that one sender's alerts go by, as they are at this moment.

They are asked for at every message that fires, so they are read together with the service: in one
read, and a second one for the list of its team, if it has one. Nothing is remembered: a list that
was changed counts from the next message on.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from events.configuration.routing_rules import (
    AGGREGATE,
    EVERYBODY,
    RoutingRulesId,
    routing_rules_decider,
    rules_of_integration,
    rules_of_team,
)
from events.handle import beginnings
from events.ids import ServiceId, response_policy_stream, service_stream
from events.loading import folded
from events.log.recorded import RecordedEvent
from events.log.store import Log
from events.response_policy.calendar import BusinessCalendar
from events.response_policy.decide import response_policy_decider
from events.routing.decision import RuleList
from events.service.decide import service_decider
from services.intake.arrival import Sender

type Calendars = Mapping[ServiceId, BusinessCalendar]

NEWEST: Final = beginnings(routing_rules_decider)  # no event of a service: its stream is read whole


async def lists_for(log: Log, sender: Sender) -> Sequence[RuleList]:
    """Return the rules that a sender's alerts go by: its own, its service's team's, everybody's.

    Raises: LogUnavailable.
    """
    mine, everybodys = rules_of_integration(sender.integration_id), EVERYBODY
    service_of = service_stream(sender.service_id)
    streams = [service_of, AGGREGATE.stream(mine), AGGREGATE.stream(everybodys)]
    read = await log.read_since(streams, NEWEST)
    service, _ = await folded(log, service_decider, read[service_of])
    asked = [mine, everybodys]
    if service.team_id is not None:
        teams = rules_of_team(service.team_id)
        read |= await log.read_since([AGGREGATE.stream(teams)], NEWEST)
        asked.insert(1, teams)
    return [await _list(log, one, read) for one in asked]


async def calendars_for(log: Log, sender: Sender, lists: Sequence[RuleList]) -> Calendars:
    """Return the business hours that a rule may have alerts wait for, by service.

    Raises: LogUnavailable.
    """
    outcomes = [rule.outcome for one in lists for rule in one.rules]
    if not any(one.business_hours for one in outcomes):
        return {}
    services = {sender.service_id} | {one.service_id for one in outcomes if one.service_id}
    streams = {one: response_policy_stream(one) for one in services}
    read = await log.read_since([*streams.values()], ())
    found: dict[ServiceId, BusinessCalendar] = {}
    for service_id, stream in streams.items():
        policy, _ = await folded(log, response_policy_decider, read[stream])
        found[service_id] = policy.captured.policy.calendar
    return found


async def _list(
    log: Log, routing_rules_id: RoutingRulesId, read: Mapping[str, Sequence[RecordedEvent]]
) -> RuleList:
    stored = read[AGGREGATE.stream(routing_rules_id)]
    defined, number = await folded(log, routing_rules_decider, stored)
    rules = defined.rules if defined else ()
    return RuleList(routing_rules_id=routing_rules_id, number=number, rules=rules)
