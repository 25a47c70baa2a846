"""People around a schedule: its team, who manages it, and who can be paged no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from activities.on_call.rota_now import rota_now
from events.actor import Actor
from events.configuration.team import TeamDefined, team_decider
from events.ids import ResponderId, ScheduleId, TeamId, team_stream
from events.loading import load
from events.log.store import Log
from events.on_call.layer import Layer

type Gone = tuple[tuple[ResponderId, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePeople:
    """Who may be asked to take a shift, and what the actor may do for others."""

    team: tuple[ResponderId, ...]
    manages: bool
    gone: Gone


async def schedule_people(log: Log, schedule_id: ScheduleId, actor: Actor) -> SchedulePeople:
    """Return the people of a schedule: its team, and whoever has a turn in it.

    Raises: LogUnavailable.
    """
    schedule, rota = await rota_now(log, schedule_id)
    team = await team_of(log, schedule.team_id)
    named = [*turns_in(schedule.layers), *(one.on for one in rota.overrides if one.on)]
    members = [member.responder_id for member in team.members] if team else []
    left = {who for who, _ in rota.gone}
    return SchedulePeople(
        team=tuple(one for one in dict.fromkeys([*members, *named]) if one not in left),
        manages=actor.is_admin or is_manager(team, actor.responder_id),
        gone=rota.gone,
    )


async def team_of(log: Log, team_id: TeamId | None) -> TeamDefined | None:
    """Return the team, None if there is none.

    Raises: LogUnavailable.
    """
    if team_id is None:
        return None
    team, _ = await load(log, team_decider, team_stream(team_id))
    return team


def is_manager(team: TeamDefined | None, responder_id: ResponderId | None) -> bool:
    """Return whether a person answers for what a team owns."""
    return team is not None and any(
        member.manager and member.responder_id == responder_id for member in team.members
    )


def turns_in(layers: Iterable[Layer]) -> list[ResponderId]:
    """Return everybody who has turns in some layers."""
    return [who for layer in layers for slot in layer.rotation.slots for who in slot]
