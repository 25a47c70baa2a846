"""One's own shifts: whoever does not lead a schedule's team overrides only what is theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from events.configuration.team import TeamDefined
from events.decider import Decider
from events.errors import LogOverloaded
from events.ids import OverrideId, ResponderId
from events.loading import load
from events.log.store import Log
from events.schedule.events import (
    ScheduleOverrideChanged,
    ScheduleOverrideMade,
    ScheduleOverrideWithdrawn,
)
from events.schedule.ledger import Kept
from events.schedule.state import Schedule
from services.access.permissions import Permission
from services.access.schedule_people import is_manager, team_of
from services.request_refusals import PermissionMissing

_HOW: Final = "For a shift of your own name yourself as `off`."


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnShifts:
    """Which overrides one person may make: everybody's in a team they lead, else of their shift."""

    log: Log
    person: ResponderId | None
    advice: str = ""  # said with a refusal

    async def bound[Command, State, Event](
        self, decider: Decider[Command, State, Event], stream: str, command: Command
    ) -> Decider[Command, State, Event]:
        """Return the rules of a schedule with one more: what is overridden is the person's to.

        It is asked of the schedule that the command is decided on.
        Raises: LogUnavailable.
        """
        del command
        found, _ = await load(self.log, decider, stream)
        schedule = found if isinstance(found, Schedule) else Schedule()
        team = await team_of(self.log, schedule.team_id)

        def decide(command: Command, state: State) -> list[Event]:
            events = decider.decide(command, state)
            if isinstance(state, Schedule):
                if state.team_id != schedule.team_id:
                    raise LogOverloaded("It was changed at the same time; nothing was stored.")
                self._require(events, state, team)
            return events

        return replace(decider, decide=decide)

    def _require(self, events: list[Any], schedule: Schedule, team: TeamDefined | None) -> None:
        if overrides_for_others(team, self.person):
            return
        kept = schedule.overrides.kept()
        if self.person is None or not all(is_theirs(one, kept, self.person) for one in events):
            raise refused(schedule, team, self.advice)


def overrides_for_others(team: TeamDefined | None, person: ResponderId | None) -> bool:
    """Return whether a team lets somebody override whatever shift there is in its schedules."""
    members = [member.responder_id for member in team.members] if team else []
    lets = team is not None and team.members_may_override
    return is_manager(team, person) or (lets and person in members)


def is_theirs(event: object, kept: Mapping[OverrideId, Kept], person: ResponderId) -> bool:
    """Return whether an event changes nobody's shift but that of the person.

    Who stands in for somebody hands that on or back, and does not stand in for longer.
    """
    match event:
        case ScheduleOverrideMade():
            return event.off == person
        case ScheduleOverrideWithdrawn():
            return person in _people(kept, event.override_id)
        case ScheduleOverrideChanged():
            before = kept[event.override_id].newest
            shorter = before.starts_at <= event.starts_at and event.ends_at <= before.ends_at
            return before.off == person or (before.on == person and shorter)
        case _:
            return False


def _people(kept: Mapping[OverrideId, Kept], override_id: OverrideId) -> set[ResponderId | None]:
    newest = kept[override_id].newest
    return {newest.off, newest.on}


def refused(schedule: Schedule, team: TeamDefined | None, advice: str) -> PermissionMissing:
    """Return the refusal to override a shift of somebody else; it names the team, and who may."""
    facts: dict[str, str] = {"permission": Permission.OVERRIDE_WRITE.value}
    if team is None:
        who = f"Schedule {schedule.schedule_id} is no team's: admins override it for others."
    else:
        facts["team_id"] = team.team_id
        managers = ", ".join(one.responder_id for one in team.members if one.manager)
        who = (
            f"Schedule {schedule.schedule_id} is team {team.name}'s ({team.team_id}): its managers"
            f" ({managers or 'nobody now'}){', its members' if team.members_may_override else ''}"
            " and admins override it for others."
        )
    return PermissionMissing(" ".join(filter(None, [who, _HOW, advice])), **facts)
