"""Stored resources: what the log has of a user or a group, with its version."""

from dataclasses import dataclass
from datetime import datetime

from events.decider import Decider
from events.directory.group import AGGREGATE as GROUP
from events.directory.group import (
    DirectoryGroupDefined,
    DirectoryGroupEnded,
    DirectoryGroupId,
    directory_group_decider,
)
from events.directory.user import AGGREGATE as USER
from events.directory.user import (
    DirectoryUserDefined,
    DirectoryUserEnded,
    DirectoryUserId,
    directory_user_decider,
)
from events.handle import known
from events.ids import ResponderId
from events.log.codec import Codec, codec_for
from events.log.store import Log
from services.access.people import is_forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored[Defined]:
    """What the directory said last, since when, and which version that is."""

    said: Defined
    since: datetime
    version: int


async def stored_user(log: Log, user_id: str) -> Stored[DirectoryUserDefined] | None:
    """Return a user that the directory has.

    Raises: LogUnavailable.
    """
    if not user_id or "\0" in user_id or await is_forgotten(log, ResponderId(user_id)):
        return None
    stream = USER.stream(DirectoryUserId(user_id))
    found, version = await _newest(log, directory_user_decider, stream)
    if not found or not isinstance(found[-1], DirectoryUserDefined):
        return None
    return Stored(said=found[-1], since=_since(found), version=version)


async def stored_group(log: Log, group_id: str) -> Stored[DirectoryGroupDefined] | None:
    """Return a group that the directory has.

    Raises: LogUnavailable.
    """
    if not group_id or "\0" in group_id:
        return None
    stream = GROUP.stream(DirectoryGroupId(group_id))
    found, version = await _newest(log, directory_group_decider, stream)
    if not found or not isinstance(found[-1], DirectoryGroupDefined):
        return None
    return Stored(said=found[-1], since=_since(found), version=version)


async def version_of_user(log: Log, user_id: str) -> int:
    """Return the version of a user's stream, also of one who left: 0 where there was none."""
    return (await _newest(log, directory_user_decider, USER.stream(DirectoryUserId(user_id))))[1]


async def _newest[Command, State, Event](
    log: Log, decider: Decider[Command, State, Event], stream: str
) -> tuple[list[Event], int]:
    codec: Codec[Event] = codec_for(decider.event_types)
    stored = known(codec, await log.opened(await log.read_stream(stream)))
    return [one.event for one in stored], stored[-1].version if stored else 0


def _since(
    events: list[DirectoryUserDefined | DirectoryUserEnded]
    | list[DirectoryGroupDefined | DirectoryGroupEnded],
) -> datetime:
    """Return when the directory first said it, after taking it back if it did."""
    since: datetime | None = None
    for event in events:
        if isinstance(event, DirectoryUserEnded | DirectoryGroupEnded):
            since = None
        elif since is None:
            since = event.defined_at
    if since is None:
        raise RuntimeError("a resource that is there was defined")
    return since
