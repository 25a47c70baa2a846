"""Rule lists: the routing rules that one sender's alerts go by, as they are at this moment.

They are asked for at every message that fires, so they are read together with the service: in one
read, and a second one for the list of its team, if it has one. A list that was changed counts from
the next message on.
"""

import asyncio
from collections.abc import Mapping, Sequence

from events.configuration.routing_rules import (
    AGGREGATE,
    EVERYBODY,
    RoutingRulesId,
    routing_rules_decider,
    rules_of_integration,
    rules_of_team,
)
from events.folded_streams import newest, newest_of
from events.ids import ServiceId, response_policy_stream, service_stream
from events.log.store import Log
from events.response_policy.calendar import BusinessCalendar
from events.response_policy.decide import response_policy_decider
from events.routing.decision import RuleList
from events.service.decide import service_decider
from services.intake.arrival import Sender

type Calendars = Mapping[ServiceId, BusinessCalendar]


async def lists_for(log: Log, sender: Sender) -> Sequence[RuleList]:
    """Return the rules that a sender's alerts go by: its own, its service's team's, everybody's.

    Raises: LogUnavailable.
    """
    mine, everybodys = rules_of_integration(sender.integration_id), EVERYBODY
    (service, _), lists = await asyncio.gather(
        newest(log, service_decider, service_stream(sender.service_id)),
        _lists(log, mine, everybodys),
    )
    if service.team_id is not None:
        lists[1:1] = await _lists(log, rules_of_team(service.team_id))
    return lists


async def calendars_for(log: Log, sender: Sender, lists: Sequence[RuleList]) -> Calendars:
    """Return the business hours that a rule may have alerts wait for, by service.

    Raises: LogUnavailable.
    """
    outcomes = [rule.outcome for one in lists for rule in one.rules]
    if not any(one.business_hours for one in outcomes):
        return {}
    services = {sender.service_id} | {one.service_id for one in outcomes if one.service_id}
    streams = {response_policy_stream(one): one for one in services}
    policies = await newest_of(log, response_policy_decider, list(streams))
    return {
        streams[stream]: policy.captured.policy.calendar for stream, (policy, _) in policies.items()
    }


async def _lists(log: Log, *routing_rules_ids: RoutingRulesId) -> list[RuleList]:
    streams = {AGGREGATE.stream(one): one for one in routing_rules_ids}
    found = await newest_of(log, routing_rules_decider, list(streams))
    return [
        RuleList(
            routing_rules_id=streams[stream],
            number=number,
            rules=defined.rules if defined else (),
        )
        for stream, (defined, number) in found.items()
    ]
