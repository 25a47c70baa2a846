"""Ownership: what answers for a configured thing, by its stream and state, and the team behind it.

A service, a schedule, an escalation policy and a status page name their team. The rest has a
natural owner: an integration its service's team, a response and a learning policy the same, a
maintenance window its services' teams, routing rules the team or the integration whose they are.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from events.configuration.escalation_policy import EscalationPolicyDefined
from events.configuration.heartbeat import HeartbeatDefined
from events.configuration.integration import Integration, integration_decider
from events.configuration.routing_rules import AGGREGATE as ROUTING_RULES
from events.configuration.routing_rules import RoutingRulesId, owner_of
from events.configuration.team import AGGREGATE as TEAM
from events.configuration.team import TeamDefined, team_decider
from events.configuration.team_visibility import AGGREGATE as TEAM_VISIBILITY
from events.ids import ServiceId, TeamId, integration_stream, service_stream, team_stream
from events.learning_policy.decide import AGGREGATE as LEARNING_POLICY
from events.learning_policy.policy import EVERYBODY
from events.loading import load
from events.log.store import Log
from events.maintenance_window.state import MaintenanceWindow
from events.response_policy.decide import AGGREGATE as RESPONSE_POLICY
from events.schedule.state import Schedule
from events.service.decide import service_decider
from events.service.state import Service
from events.status_page.events import StatusPageDefined

ORGANISATION: Final = ""  # what no team owns


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who answers for a thing: a team, or the organisation; a team that is not there is nobody."""

    team_id: TeamId | None = None
    team: TeamDefined | None = None


type Owners = Mapping[str, Owner]  # by the stream that answers for something


def answering(stream: str, state: object) -> frozenset[str]:
    """Return the streams of what answers for a thing; nothing does for what is not there yet.

    Raises: RoutingRulesRefused.
    """
    noun, _, named = stream.partition("-")
    if noun == ROUTING_RULES.noun:
        return frozenset({_of_rules(RoutingRulesId(named))})
    if noun == TEAM_VISIBILITY.noun:
        return frozenset({team_stream(TeamId(named))})
    if noun == LEARNING_POLICY.noun and named == EVERYBODY:
        return frozenset({ORGANISATION})
    if noun in {RESPONSE_POLICY.noun, LEARNING_POLICY.noun}:
        return frozenset({service_stream(ServiceId(named))})
    return frozenset({stream} if isinstance(state, TeamDefined) else _named_in(state))


def _named_in(state: object) -> Collection[str]:
    """Return what answers for a thing by its own words."""
    named: Collection[str] = ()
    match state:
        case Service() if state.service_id is not None:
            named = [_of_team(state.team_id)]
        case Schedule() if state.schedule_id is not None:
            named = [_of_team(state.team_id)]
        case EscalationPolicyDefined() | StatusPageDefined():
            named = [_of_team(state.team_id)]
        case Integration() if state.created is not None:
            named = [service_stream(state.created.service_id)]
        case HeartbeatDefined():
            team = [team_stream(state.team_id)] if state.team_id else []
            named = [integration_stream(state.integration_id), *team]
        case MaintenanceWindow() if state.newest is not None:
            named = [*map(service_stream, state.newest.service_ids)] or [ORGANISATION]
        case _:
            pass
    return named


def _of_team(team_id: TeamId | None) -> str:
    return ORGANISATION if team_id is None else team_stream(team_id)


def _of_rules(routing_rules_id: RoutingRulesId) -> str:
    if owner_of(routing_rules_id) is None:
        return ORGANISATION
    kind, _, named = routing_rules_id.partition(".")
    return f"{kind}-{named}"


async def owner_behind(log: Log, stream: str) -> Owner:
    """Return the team behind the stream of a team, a service or an integration, as it is now.

    Raises: LogUnavailable.
    """
    noun, _, named = stream.partition("-")
    if noun == "integration":
        integration, _ = await load(log, integration_decider, stream)
        if integration.created is None:
            return Owner()
        return await owner_behind(log, service_stream(integration.created.service_id))
    if noun == "service":
        service, _ = await load(log, service_decider, stream)
        return Owner() if service.team_id is None else await _team(log, service.team_id)
    return await _team(log, TeamId(named)) if noun == TEAM.noun else Owner()


async def _team(log: Log, team_id: TeamId) -> Owner:
    team, _ = await load(log, team_decider, team_stream(team_id))
    return Owner(team_id=team_id, team=team)
