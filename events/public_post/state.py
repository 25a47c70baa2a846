"""Public post state, folded from the events of one incident's posts."""

from dataclasses import dataclass, replace
from typing import assert_never

from events.ids import IncidentId
from events.public_post.events import PublicPostCorrected, PublicPostEvent, PublicPostPublished


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPosts:
    """Everything customers were told of one incident, as the rules see it."""

    incident_id: IncidentId | None = None  # None until there is a post
    newest: PublicPostPublished | None = None
    texts: tuple[str, ...] = ()  # as they read now, by number


INITIAL = PublicPosts()


def evolve(posts: PublicPosts, event: PublicPostEvent) -> PublicPosts:
    """Return the posts after the event; never refuses."""
    match event:
        case PublicPostPublished():
            return PublicPosts(
                incident_id=event.incident_id, newest=event, texts=(*posts.texts, event.text)
            )
        case PublicPostCorrected():
            place = event.number - 1
            texts = (*posts.texts[:place], event.text, *posts.texts[place + 1 :])
            return replace(posts, texts=texts)
        case _:
            assert_never(event)
