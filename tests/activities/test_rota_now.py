"""The rota that pages is read from the log, with everybody who is gone since."""

from uuid import uuid4

from activities.on_call.rota_now import rota_now
from events.handle import handle
from events.ids import ScheduleId, SubjectId, schedule_stream, subject_stream
from events.log.memory import MemoryLog
from events.log.recorded import Metadata
from events.on_call.who import on_call
from events.schedule.decide import schedule_decider
from events.subject.commands import ForgetSubject
from events.subject.decide import subject_decider
from tests.events.schedule.rota import ADA, BEN, BOSS, PAYMENTS, at, define, override

METADATA = Metadata(principal="tests", correlation_id="tests")


async def overridden_log() -> MemoryLog:
    """Return a log in which Ben stands in for Ada from ten to eleven."""
    log = MemoryLog()
    for command in (define, override):
        await handle(
            log,
            schedule_decider,
            schedule_stream(PAYMENTS),
            command,
            command_id=uuid4(),
            request_digest=bytes(32),
            metadata=METADATA,
        )
    return log


async def forget(log: MemoryLog, who: str) -> None:
    await handle(
        log,
        subject_decider,
        subject_stream(SubjectId(who)),
        ForgetSubject(subject_id=SubjectId(who), reason="Left.", actor=BOSS, at=at(10, 30)),
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=METADATA,
    )


async def test_a_substitute_who_is_forgotten_gives_the_pager_back_from_that_moment() -> None:
    log = await overridden_log()
    await forget(log, BEN)
    schedule, rota = await rota_now(log, PAYMENTS)
    assert schedule.name == "Payments"
    assert rota.gone == ((BEN, at(10, 30)),)
    assert on_call(rota, at(10, 29)).responder_ids == (BEN,)
    assert on_call(rota, at(10, 30)).responder_ids == (ADA,)


async def test_in_a_schedule_that_there_is_none_of_nobody_is_on_call() -> None:
    schedule, rota = await rota_now(MemoryLog(), ScheduleId("nothing"))
    assert schedule.schedule_id is None
    assert on_call(rota, at(10)).responder_ids == ()
