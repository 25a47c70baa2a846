"""Schedule of a hand-off, as the log has it: the rota, its people, and who owns it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from events.configuration.team import team_decider
from events.handle import known
from events.ids import (
    ResponderId,
    ScheduleId,
    SubjectId,
    schedule_stream,
    subject_stream,
    team_stream,
)
from events.loading import load
from events.log.codec import codec_for
from events.log.store import Log
from events.on_call.rota import Rota
from events.schedule.decide import schedule_decider
from events.schedule.state import Schedule
from events.subject.decide import subject_decider


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
    schedule, _ = await load(log, schedule_decider, schedule_stream(schedule_id))
    if schedule.schedule_id is None or schedule.ended_at is not None:
        return None
    rota = schedule.rota
    people = people_of(rota)
    gone = [(who, since) for who in people if (since := await _gone_since(log, who)) is not None]
    here = [who for who in people if who not in dict(gone)]
    return Watched(
        schedule=schedule,
        rota=Rota(editions=rota.editions, overrides=rota.overrides, gone=tuple(gone)),
        owners=tuple(await _owners(log, schedule)) or tuple(here),
    )


def people_of(rota: Rota) -> tuple[ResponderId, ...]:
    """Return everybody who takes turns now, or stands in for somebody."""
    layers = rota.editions[-1].layers if rota.editions else ()
    turns = (who for layer in layers for slot in layer.rotation.slots for who in slot)
    standing_in = (one.on for one in rota.overrides if one.on is not None)
    return tuple(dict.fromkeys([*turns, *standing_in]))


async def _gone_since(log: Log, responder_id: ResponderId) -> datetime | None:
    stream = subject_stream(SubjectId(responder_id))
    forgotten = known(codec_for(subject_decider.event_types), await log.read_stream(stream))
    return forgotten[0].recorded_at if forgotten else None


async def _owners(log: Log, schedule: Schedule) -> Iterable[ResponderId]:
    """Return the managers of the schedule's team, or its members if none of them manages."""
    if schedule.team_id is None:
        return ()
    team, _ = await load(log, team_decider, team_stream(schedule.team_id))
    members = team.members if team else ()
    managers = [one.responder_id for one in members if one.manager]
    return managers or [one.responder_id for one in members]
