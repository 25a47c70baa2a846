"""Feed: a calendar of turns or meetings, read with a secret address by programs without a key."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Literal, NewType

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import issued_once
from events.errors import AlreadyExists, Forbidden, NotFound, Unprocessable
from events.ids import ResponderId, ScheduleId

FeedId = NewType("FeedId", str)


class FeedNotFound(NotFound):
    """There is no such calendar feed."""


class FeedOfAnother(Forbidden):
    """Only who issued a calendar feed, whom it shows, or an admin revokes it."""


class FeedOfNothing(Unprocessable):
    """A calendar feed is of one schedule, of one person, or of meetings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFeed:
    """Issue a calendar feed; its address is shown once."""

    feed_id: FeedId
    schedule_id: ScheduleId | None
    responder_id: ResponderId | None
    meetings: bool = False
    secret_hash: str
    issued_with: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeFeed:
    """Revoke the calendar feed."""

    actor: Actor
    at: datetime


type FeedCommand = IssueFeed | RevokeFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedIssued:
    """A calendar feed was issued, and its address shown once."""

    feed_id: FeedId
    schedule_id: ScheduleId | None  # of this schedule,
    responder_id: ResponderId | None  # or of this person in every schedule
    meetings: bool  # of meetings about postmortems instead: all of them, or this person's
    secret_hash: str  # hex SHA-256 of the secret part of its address
    issued_with: str  # the principal; the feed ends with what that one may do
    issued_by: str
    issued_at: datetime
    schema_version: ClassVar[int] = 2
    type: Literal["feed.issued"] = "feed.issued"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRevoked:
    """The calendar feed was revoked; its address leads nowhere from now on."""

    feed_id: FeedId
    revoked_by: str
    revoked_at: datetime
    type: Literal["feed.revoked"] = "feed.revoked"


def require_one_subject(command: IssueFeed) -> None:
    """Refuse a feed of nothing, or of two things.

    Raises: FeedOfNothing.
    """
    if command.meetings:
        if command.schedule_id is not None:
            raise FeedOfNothing(
                "A calendar of meetings is of one person or of all of them: leave schedule_id out.",
                field="schedule_id",
            )
    elif (command.schedule_id is None) == (command.responder_id is None):
        raise FeedOfNothing(
            "Give either schedule_id or responder_id: what the calendar shows.",
            field="schedule_id",
        )


_decider = issued_once(
    IssueFeed,
    FeedIssued,
    RevokeFeed,
    FeedRevoked,
    exists=lambda issue: AlreadyExists(f"Calendar feed {issue.feed_id} already exists."),
    missing=lambda: FeedNotFound("No such calendar feed."),
)


def require_own(command: RevokeFeed, feed: FeedIssued) -> None:
    """Refuse to take away what belongs to somebody else.

    Raises: FeedOfAnother.
    """
    actor = command.actor
    shown = feed.responder_id is not None and feed.responder_id == actor.responder_id
    if not (actor.is_admin or actor.name == feed.issued_by or shown):
        raise FeedOfAnother(
            f"Calendar feed {feed.feed_id} was issued by {feed.issued_by}: ask there."
        )


def decide(
    command: FeedCommand, newest: FeedIssued | FeedRevoked | None
) -> list[FeedIssued | FeedRevoked]:
    """Return the fact this command leads to, none if it is already so."""
    if isinstance(command, IssueFeed):
        require_one_subject(command)
    elif isinstance(newest, FeedIssued):
        require_own(command, newest)
    return _decider.decide(command, newest)


feed_decider = replace(_decider, decide=decide)

AGGREGATE = Aggregate(noun="feed", id=FeedId, decider=feed_decider, commands=FeedCommand)
