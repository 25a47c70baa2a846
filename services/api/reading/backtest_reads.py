"""Backtest reads: the incidents of a period, and what their pages would be made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, cast

from activities.delivery.provider import supports
from events.backtest.past import PastIncident, within
from events.configuration.escalation_policy import (
    EscalationPolicyDefined,
    escalation_policy_decider,
)
from events.configuration.team import TeamDefined
from events.delivery.events import PAGE
from events.handle import known
from events.ids import EscalationPolicyId, ResponderId, ScheduleId, TeamId, escalation_policy_stream
from events.log.codec import codec_for
from events.log.store import Log
from events.on_call.rota import Rota
from events.page.resolving import Reach
from projections.configuration import tables as configuration
from projections.engine.rows import Reader
from projections.on_call import schedules, teams
from projections.on_call.rotas import rotas_around
from projections.paging import paged_incidents

READ_MODELS: Final = (paged_incidents.NAME, configuration.NAME, schedules.NAME, teams.NAME)
MOST: Final = 500  # incidents


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Material of a backtest: everything it asks about, read once."""

    begin: datetime
    end: datetime
    incidents: Sequence[PastIncident]  # with the pages of the period, in the order they began
    cut: bool  # there are more
    rotas: dict[ScheduleId, Rota]
    teams: dict[TeamId, TeamDefined]
    reach: dict[ResponderId, Reach]
    zones: dict[ResponderId, str]  # of those who said one


async def material_of(
    reader: Reader, newest: Sequence[PastIncident], begin: datetime, end: datetime
) -> Material:
    """Return what is needed to page for these incidents again; at most 500 of them."""
    responders = await configuration.RESPONDER.select(reader, "order by responder_id")
    rotas = await rotas_around(reader, begin, end)
    return Material(
        begin=begin,
        end=end,
        incidents=[within(one, begin, end) for one in reversed(newest[:MOST])],
        cut=len(newest) > MOST,
        rotas={ScheduleId(one): rota for one, rota in rotas.items()},
        teams={
            TeamId(row.team_id): TeamDefined(
                team_id=TeamId(row.team_id),
                name=row.name,
                members=row.members,
                members_may_override=row.members_may_override,
                zone=row.zone,
                defined_by=row.changed_by,
                defined_at=row.changed_at,
            )
            for row in await teams.TEAM.select(reader, "order by team_id")
        },
        reach={ResponderId(row.responder_id): _reach(row) for row in responders},
        zones={
            ResponderId(row.responder_id): row.quiet_hours.zone
            for row in responders
            if row.quiet_hours is not None
        },
    )


def with_rota(material: Material, schedule_id: ScheduleId, rota: Rota) -> Material:
    """Return the material with another rota in the place of a schedule's own."""
    return replace(material, rotas={**material.rotas, schedule_id: rota})


def _reach(row: configuration.ResponderRow) -> Reach:
    channels = dict.fromkeys(one.channel for one in row.contact_methods)
    return Reach(kind=row.kind, ways=tuple(one for one in channels if supports(one, PAGE)))


async def policies_of(
    log: Log, incidents: Sequence[PastIncident], also: EscalationPolicyId | None
) -> dict[EscalationPolicyId, list[EscalationPolicyDefined]]:
    """Return everything that policies ever said: those paged by, and all that they hand over to.

    Raises: LogFault.
    """
    wanted = {page.target.escalation_policy_id for one in incidents for page in one.pages}
    wanted = {*wanted, also} - {None}
    found: dict[EscalationPolicyId, list[EscalationPolicyDefined]] = {}
    while wanted:
        policy_id = cast("EscalationPolicyId", wanted.pop())
        stored = await log.opened(await log.read_stream(escalation_policy_stream(policy_id)))
        history = known(codec_for(escalation_policy_decider.event_types), stored)
        found[policy_id] = [one.event for one in history]
        wanted |= {one.hand_over_to for one in found[policy_id]} - {None, *found}
    return found
