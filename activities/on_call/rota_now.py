"""Rota of a schedule from the log as it is now: no read model that may be behind stands between."""

from dataclasses import replace
from typing import Final

from events.handle import known
from events.ids import ResponderId, ScheduleId, SubjectId, schedule_stream, subject_stream
from events.loading import load
from events.log.codec import Codec, codec_for
from events.log.store import Log
from events.on_call.rota import Rota
from events.schedule.decide import schedule_decider
from events.schedule.state import Schedule, people_in
from events.subject.events import SUBJECT_EVENTS, SubjectForgotten

_SUBJECTS: Final[Codec[SubjectForgotten]] = codec_for(SUBJECT_EVENTS)


async def rota_now(log: Log, schedule_id: ScheduleId) -> tuple[Schedule, Rota]:
    """Return the schedule, and its rota with everybody who is gone; empty if there is none.

    Raises: EventTooNew, LogUnavailable.
    """
    schedule, _ = await load(log, schedule_decider, schedule_stream(schedule_id))
    return schedule, await with_gone(log, schedule.rota)


async def with_gone(log: Log, rota: Rota) -> Rota:
    """Return the rota with those of its people who were forgotten, each since when.

    Raises: EventTooNew, LogUnavailable.
    """
    people = sorted(people_in(rota.editions, rota.overrides))
    if not people:
        return rota
    streams = [subject_stream(SubjectId(one)) for one in people]
    found = await log.read_since(streams, [])
    gone = [
        (ResponderId(event.subject_id), event.forgotten_at)
        for stored in found.values()
        for event in (one.event for one in known(_SUBJECTS, stored))
    ]
    return replace(rota, gone=tuple(gone))
