"""People who are reminded: whoever sees to it, those who answer for them, and their work hours."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from activities.follow_up.matter import Matter
from events.action_item.item import Owner
from events.configuration.responder import responder_decider
from events.configuration.team import team_decider
from events.follow_up.reminders import ReminderTo
from events.follow_up.work_hours import USUAL, WorkHours
from events.ids import ResponderId, TeamId, responder_stream, team_stream
from events.loading import load
from events.log.store import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """Those whom something that is to be done concerns."""

    owner: Owner
    invited: tuple[ResponderId, ...] = ()  # to the meeting about it


async def people_for(
    log: Log, to: ReminderTo, concerned: Concerned, matter: Matter
) -> tuple[ResponderId, ...]:
    """Return who is reminded, of those who may know of the incident; nobody hears of it twice.

    Raises: EventTooNew, LogUnavailable.
    """
    owner = concerned.owner
    match to:
        case ReminderTo.OWNER:
            people = await _owners(log, owner)
        case ReminderTo.INVITED:
            people = concerned.invited
        case ReminderTo.OTHERS:
            commander = () if matter.commander is None else (matter.commander,)
            others = (*commander, *await managers_of(log, owner.team or matter.team))
            people = tuple(who for who in others if who != owner.person)
    return tuple(who for who in dict.fromkeys(people) if matter.concerns(who))


async def _owners(log: Log, owner: Owner) -> tuple[ResponderId, ...]:
    """Return the person, or those who answer for the team until somebody takes it."""
    return (await managers_of(log, owner.team)) if owner.person is None else (owner.person,)


async def managers_of(log: Log, team_id: TeamId | None) -> tuple[ResponderId, ...]:
    """Return the managers of a team, or its members if none of them manages.

    Raises: EventTooNew, LogUnavailable.
    """
    if team_id is None:
        return ()
    team, _ = await load(log, team_decider, team_stream(team_id))
    members = team.members if team else ()
    managers = [one.responder_id for one in members if one.manager]
    return tuple(managers or [one.responder_id for one in members])


async def zone_of(log: Log, owner: Owner, matter: Matter) -> str | None:
    """Return the zone by which the due date of an item is over; None: by its owner's.

    It is that of the item's team, or of the team that owns the service.
    Raises: EventTooNew, LogUnavailable.
    """
    team_id = owner.team or matter.team
    if team_id is None:
        return None
    team, _ = await load(log, team_decider, team_stream(team_id))
    return team.zone if team else None


type HoursOf = Callable[[Log, ResponderId | None], Awaitable[WorkHours]]


async def work_hours_of(log: Log, who: ResponderId | None) -> WorkHours:
    """Return when somebody works; of whom nobody has said it, and of a team, the usual hours.

    Raises: EventTooNew, LogUnavailable.
    """
    if who is None:
        return USUAL
    responder, _ = await load(log, responder_decider, responder_stream(who))
    hours = responder.hours if responder else None
    if hours is None:
        return USUAL
    return WorkHours(
        zone=hours.zone,
        days=hours.work_days,
        begins=hours.work_begins,
        ends=hours.work_ends,
    )
