"""Schedule of a hand-off, as the log has it: the rota, its people, and who owns it."""

from collections.abc import Iterable
from dataclasses import dataclass

from activities.on_call.rota_now import rota_now
from events.configuration.team import team_decider
from events.ids import ResponderId, ScheduleId, team_stream
from events.loading import load
from events.log.store import Log
from events.on_call.rota import Rota
from events.schedule.state import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A schedule, its rota with who is gone, and who hears of what is wrong with it."""

    schedule: Schedule
    rota: Rota
    owners: tuple[ResponderId, ...]

    @property
    def zone(self) -> str:
        """Return the zone in which its times are told."""
        return self.rota.editions[-1].zone


async def watched(log: Log, schedule_id: ScheduleId) -> Watched | None:
    """Return the schedule; None if there is none, or it has ended.

    Raises: EventTooNew, LogUnavailable.
    """
    schedule, rota = await rota_now(log, schedule_id)
    if schedule.schedule_id is None or schedule.ended_at is not None:
        return None
    gone = {who for who, _ in rota.gone}
    here = tuple(who for who in people_of(rota) if who not in gone)
    return Watched(schedule=schedule, rota=rota, owners=tuple(await _owners(log, schedule)) or here)


def people_of(rota: Rota) -> tuple[ResponderId, ...]:
    """Return everybody who takes turns now, or stands in for somebody."""
    layers = rota.editions[-1].layers if rota.editions else ()
    turns = (who for layer in layers for slot in layer.rotation.slots for who in slot)
    standing_in = (one.on for one in rota.overrides if one.on is not None)
    return tuple(dict.fromkeys([*turns, *standing_in]))


async def _owners(log: Log, schedule: Schedule) -> Iterable[ResponderId]:
    """Return the managers of the schedule's team, or its members if none of them manages."""
    if schedule.team_id is None:
        return ()
    team, _ = await load(log, team_decider, team_stream(schedule.team_id))
    members = team.members if team else ()
    managers = [one.responder_id for one in members if one.manager]
    return managers or [one.responder_id for one in members]
