"""Owned things in a path: what answers for what a request names, asked before anything else of it.

The change itself is bound by the same rule, when what it makes of the thing is known.
"""

from collections.abc import Mapping
from typing import Final

from events.aggregate import Aggregate
from events.configuration.escalation_policy import AGGREGATE as ESCALATION_POLICY
from events.configuration.heartbeat import AGGREGATE as HEARTBEAT
from events.configuration.integration import AGGREGATE as INTEGRATION
from events.configuration.routing_rules import AGGREGATE as ROUTING_RULES
from events.configuration.team import AGGREGATE as TEAM
from events.loading import load
from events.log.store import Log
from events.maintenance_window.decide import AGGREGATE as MAINTENANCE_WINDOW
from events.schedule.decide import AGGREGATE as SCHEDULE
from events.service.decide import AGGREGATE as SERVICE
from events.status_page.decide import AGGREGATE as STATUS_PAGE
from services.access.rights.ownership import answering

OWNABLE: Final[Mapping[str, Aggregate]] = {  # by the name of the path's parameter
    f"{aggregate.noun}_id": aggregate
    for aggregate in (
        ESCALATION_POLICY,
        HEARTBEAT,
        INTEGRATION,
        MAINTENANCE_WINDOW,
        ROUTING_RULES,
        SCHEDULE,
        SERVICE,
        STATUS_PAGE,
        TEAM,
    )
}


async def answering_in_path(log: Log, named: Mapping[str, str]) -> frozenset[str]:
    """Return the streams of what answers for the things that a path names and that are there.

    Raises: RoutingRulesRefused, LogUnavailable.
    """
    found: set[str] = set()
    for parameter in sorted(named.keys() & OWNABLE.keys()):
        aggregate = OWNABLE[parameter]
        stream = aggregate.stream(named[parameter])
        state, _ = await load(log, aggregate.decider, stream)
        found |= answering(stream, state)
    return frozenset(found)
