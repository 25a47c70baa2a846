"""Privacy sentences: visibility, and members of a private incident."""

from events.incident.privacy.events import (
    IncidentMemberAdded,
    IncidentMemberRemoved,
    IncidentPrivacyChanged,
)
from projections.sentences.words import because, person, words


@words.register
def _(event: IncidentPrivacyChanged) -> str:
    standing = "private" if event.private else "public"
    return f"{person(event.changed_by)} made the incident {standing}{because(event.reason)}"


@words.register
def _(event: IncidentMemberAdded) -> str:
    return f"{person(event.added_by)} let {event.responder_id} see the private incident"


@words.register
def _(event: IncidentMemberRemoved) -> str:
    removed_by = person(event.removed_by)
    if removed_by == event.responder_id:
        return f"{event.responder_id} left the private incident"
    return f"{removed_by} removed {event.responder_id} from the private incident"
