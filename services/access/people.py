"""People: who the log says was registered, and who of them was forgotten."""

from events.ids import AccountId, ResponderId, SubjectId, responder_stream, subject_stream
from events.loading import load
from events.log.store import Log
from events.subject.decide import subject_decider
from services.access.rights.standings import standings_of


async def is_known(log: Log, responder_id: ResponderId) -> bool:
    """Say whether somebody is a responder to whom a right or a duty may be given.

    Raises: LogUnavailable.
    """
    registered = await log.read_stream(responder_stream(responder_id))
    return bool(registered) and not await is_forgotten(log, responder_id)


async def is_forgotten(log: Log, responder_id: ResponderId) -> bool:
    """Say whether a person was forgotten: then nothing of theirs opens anything any more.

    Raises: LogUnavailable.
    """
    subject, _ = await load(log, subject_decider, subject_stream(SubjectId(responder_id)))
    return subject.forgotten


async def may_act(log: Log, responder_id: ResponderId) -> bool:
    """Say whether what a person was handed still opens anything: a key, a calendar.

    It does not once they are forgotten, or their account is suspended.
    Raises: LogUnavailable.
    """
    standing = await standings_of(log).of(AccountId(responder_id))
    return not standing.is_suspended and not await is_forgotten(log, responder_id)
