"""Calendar feeds: whether an address still leads to one; it ends with the rights behind it."""

from typing import Final

from events.actor import actor_named
from events.configuration.api_key import ApiKeyCreated, api_key_decider
from events.configuration.feed import AGGREGATE, FeedIssued, FeedNotFound, feed_decider
from events.ids import AccountId, ApiKeyId, ResponderId, api_key_stream, schedule_stream
from events.loading import load
from events.schedule.decide import schedule_decider
from services.access.dependencies import ReadDependencies
from services.access.people import is_forgotten, may_act
from services.access.rights.standings import standings_of
from services.access.secret_keys import parse_key

GONE: Final = "No such calendar: its address was revoked, or cut off. Have a new one issued."


async def good_feed(dependencies: ReadDependencies, token: str) -> FeedIssued:
    """Return the feed of an address. Whatever is wrong with it, the answer is the same.

    It is read from the log, so that it ends at once: with its revocation, its schedule, the API key
    or account it was issued with, and when the person it shows or who issued it is forgotten.
    Raises: FeedNotFound, LogUnavailable.
    """
    shown = parse_key(token)
    if shown is None or shown.kind != "feed":
        raise FeedNotFound(GONE)
    feed, _ = await load(dependencies.log, feed_decider, AGGREGATE.stream(shown.key_id))
    if not isinstance(feed, FeedIssued) or not shown.matches(feed.secret_hash):
        raise FeedNotFound(GONE)
    if not await _is_backed(dependencies, feed):
        raise FeedNotFound(GONE)
    return feed


async def _is_backed(dependencies: ReadDependencies, feed: FeedIssued) -> bool:
    """Return whether the key and the people behind a feed are still there."""
    whose = await _issuer_behind(dependencies, feed)
    if whose is None:
        return False
    if feed.schedule_id is not None:
        stream = schedule_stream(feed.schedule_id)
        schedule, _ = await load(dependencies.log, schedule_decider, stream)
        if schedule.ended_at is not None:
            return False
    people = {feed.responder_id, actor_named(feed.issued_by).responder_id, *whose}
    if feed.responder_id is not None and await is_forgotten(dependencies.log, feed.responder_id):
        return False
    for person in people - {None, feed.responder_id}:
        if person is not None and not await may_act(dependencies.log, person):
            return False
    return True


async def _issuer_behind(
    dependencies: ReadDependencies, feed: FeedIssued
) -> tuple[ResponderId, ...] | None:
    """Return the person whose key or session a feed was issued with; None: it opens no more."""
    kind, _, named = feed.issued_with.partition(":")
    if kind == "account":
        standing = await standings_of(dependencies.log).of(AccountId(named))
        return (ResponderId(named),) if standing.is_active else None
    if kind != "api_key":
        return None
    key, _ = await load(dependencies.log, api_key_decider, api_key_stream(ApiKeyId(named)))
    if not isinstance(key, ApiKeyCreated) or not key.opens_at(dependencies.clock()):
        return None
    return () if key.responder_id is None else (key.responder_id,)
