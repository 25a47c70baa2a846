"""Public post rules: an older state never follows a newer one, unless somebody says it is back."""

from typing import assert_never

from events.aggregate import Aggregate
from events.decider import Decider
from events.ids import IncidentId, StatusPageId
from events.public_post.commands import CorrectPublicPost, PublicPostCommand, PublishPublicPost
from events.public_post.events import (
    PUBLIC_POST_EVENTS,
    PublicPostCorrected,
    PublicPostEvent,
    PublicPostPublished,
)
from events.public_post.refusals import (
    IncidentNotPublic,
    PublicPostNotFound,
    PublicPostOutOfOrder,
    PublicPostRefused,
)
from events.public_post.state import INITIAL, PublicPosts, evolve
from events.public_post.words import ComponentStatus, PublicState


def decide(command: PublicPostCommand, posts: PublicPosts) -> list[PublicPostEvent]:
    """Return the facts this command leads to, none if it is already so."""
    match command:
        case PublishPublicPost():
            return publish(command, posts)
        case CorrectPublicPost():
            return correct(command, posts)
        case _:
            assert_never(command)


def publish(command: PublishPublicPost, posts: PublicPosts) -> list[PublicPostEvent]:
    """Tell customers something. A page that was told of an incident is told its end, too.

    Raises: IncidentNotPublic, PublicPostOutOfOrder, PublicPostRefused.
    """
    _require_public(command)
    _require_sense(command)
    newest = posts.newest
    pages = _pages(command, newest)
    title = command.title or (newest.title if newest else None)
    if _says_the_same(command, posts, pages):
        return []
    _require_order(command, newest)
    if title is None:
        raise PublicPostRefused(
            "Give the incident a title for customers: the team's own is never shown to them.",
            field="title",
        )
    if not pages:
        raise PublicPostRefused("Say which status page it goes to.", field="status_page_ids")
    return [
        PublicPostPublished(
            incident_id=command.incident_id,
            public_id=newest.public_id if newest else command.public_id,
            number=len(posts.texts) + 1,
            status_page_ids=pages,
            title=title,
            state=command.state,
            text=command.text,
            affected=command.affected,
            next_post_at=command.next_post_at,
            reopens=command.reopens,
            published_by=command.actor.name,
            published_at=command.at,
        )
    ]


def _says_the_same(
    command: PublishPublicPost, posts: PublicPosts, pages: tuple[StatusPageId, ...]
) -> bool:
    newest = posts.newest
    return newest is not None and (
        (newest.status_page_ids, newest.state, posts.texts[-1], newest.affected)
        == (pages, command.state, command.text, command.affected)
        and (newest.next_post_at, newest.reopens) == (command.next_post_at, command.reopens)
        and command.title in (None, newest.title)
    )


def correct(command: CorrectPublicPost, posts: PublicPosts) -> list[PublicPostEvent]:
    """Change the words of a post, also of an older one.

    Raises: PublicPostNotFound.
    """
    if posts.incident_id is None or not 1 <= command.number <= len(posts.texts):
        raise PublicPostNotFound(f"No such public post: {command.number}.")
    if posts.texts[command.number - 1] == command.text:
        return []
    return [
        PublicPostCorrected(
            incident_id=posts.incident_id,
            number=command.number,
            text=command.text,
            corrected_by=command.actor.name,
            corrected_at=command.at,
        )
    ]


def _require_public(command: PublishPublicPost) -> None:
    if command.private:
        raise IncidentNotPublic(
            "The incident is private, so customers are not told of it. Make it public first."
        )
    if command.drill:
        raise IncidentNotPublic("The incident is a drill: customers are never told of one.")


def _require_sense(command: PublishPublicPost) -> None:
    broken = [one for one in command.affected if one.status is not ComponentStatus.OPERATIONAL]
    resolved = command.state is PublicState.RESOLVED
    if resolved and broken:
        raise PublicPostRefused(
            "Resolved means that everything works again: leave out what is affected, or say"
            " monitoring.",
            field="affected",
        )
    if len({(one.status_page_id, one.component_id) for one in command.affected}) < len(
        command.affected
    ):
        raise PublicPostRefused("Name each affected component once.", field="affected")
    if command.next_post_at is not None and (resolved or command.next_post_at <= command.at):
        raise PublicPostRefused(
            "Nothing follows a resolution: leave out next_post_at."
            if resolved
            else "The next word comes later than this one: give a time to come.",
            field="next_post_at",
        )


def _require_order(command: PublishPublicPost, newest: PublicPostPublished | None) -> None:
    if newest is None or command.reopens:
        return
    after_end = newest.state is PublicState.RESOLVED  # also resolved again is something new
    if after_end or command.state.rank < newest.state.rank:
        raise PublicPostOutOfOrder(
            f"Post {newest.number} says {newest.state}, so {command.state} would come after it out"
            " of order. Say that it is back (`reopens`), or correct the text of a post.",
            state=newest.state.value,
        )


def _pages(
    command: PublishPublicPost, newest: PublicPostPublished | None
) -> tuple[StatusPageId, ...]:
    before = newest.status_page_ids if newest else ()
    named = (*command.status_page_ids, *(one.status_page_id for one in command.affected))
    return tuple(dict.fromkeys((*before, *named)))


public_post_decider: Decider[PublicPostCommand, PublicPosts, PublicPostEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=PUBLIC_POST_EVENTS
)

AGGREGATE = Aggregate(
    noun="public_post",
    id=IncidentId,
    decider=public_post_decider,
    commands=PublicPostCommand,
)
