"""Status page sentences: what customers are shown, and what they were told."""

from events.public_post.events import PublicPostCorrected, PublicPostPublished
from events.status_page.events import StatusPageDefined, StatusPageRemoved
from projections.sentences.words import counted, listed, person, words


@words.register
def _(event: StatusPageDefined) -> str:
    parts = counted(len(event.components), "component")
    return f"{person(event.defined_by)} defined status page {event.status_page_id} with {parts}"


@words.register
def _(event: StatusPageRemoved) -> str:
    return f"{person(event.removed_by)} took status page {event.status_page_id} down"


@words.register
def _(event: PublicPostPublished) -> str:
    where = listed(event.status_page_ids)
    back = ", which is back" if event.reopens else ""
    what = f"public post {event.number}{back}, {event.state}"
    return f"{person(event.published_by)} published {what}, on {where}: {event.text}"


@words.register
def _(event: PublicPostCorrected) -> str:
    who = person(event.corrected_by)
    return f"{who} corrected public post {event.number}: {event.text}"
