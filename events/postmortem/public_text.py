"""Public text: what customers read of an incident, in three parts that were written for them."""

from typing import Final

from events.postmortem.commands import PublishPostmortem, WritePublicText
from events.postmortem.document.publishing import Visibility
from events.postmortem.events import PostmortemEvent, PostmortemPublicTextWritten
from events.postmortem.refusals import PostmortemRefused, SectionChanged
from events.postmortem.require import being_written
from events.postmortem.state import Postmortem

NAME: Final = "public_text"
LONGEST: Final = 10_000  # characters of each part


def write_public_text(command: WritePublicText, known: Postmortem) -> list[PostmortemEvent]:
    """Have the text for customers say something else, if nobody has written it since.

    Raises: SectionChanged, PostmortemRefused, and what `being_written` raises.
    """
    incident_id = being_written(known)
    there = known.public_text
    gone = there is not None and there.text_id in known.erased
    if there is not None and there.text == command.text and not gone:
        return []
    for field in ("summary", "what_happened", "what_we_do"):
        if len(getattr(command.text, field)) > LONGEST:
            raise PostmortemRefused(f"A part has at most {LONGEST} characters.", field=field)
    revision = there.revision if there else 0
    if command.based_on != revision:
        raise SectionChanged(
            f"The public text is at revision {revision}, not {command.based_on}: read what was"
            " written since, and save it again.",
            section=NAME,
            revision=revision,
            based_on=command.based_on,
        )
    return [
        PostmortemPublicTextWritten(
            incident_id=incident_id,
            revision=revision + 1,
            based_on=revision,
            text_id=known.text_id_for(NAME),
            summary=command.text.summary,
            what_happened=command.text.what_happened,
            what_we_do=command.text.what_we_do,
            written_by=command.actor.name,
            written_at=command.at,
        )
    ]


def audience_of(command: PublishPostmortem, known: Postmortem) -> Visibility:
    """Return who reads the edition; of a private incident nobody but its members.

    Raises: PostmortemRefused.
    """
    audience = command.audience
    if audience.private:
        if command.visibility is Visibility.PUBLIC:
            raise _refused("The incident is private: no customer reads of it.")
        return Visibility.MEMBERS
    match command.visibility:
        case Visibility.MEMBERS:
            raise _refused("The incident is not private: publish it for team or everyone.")
        case Visibility.TEAM if not audience.team:
            raise _refused("No team owns the incident's service: publish it for everyone.")
        case Visibility.PUBLIC:
            _require_text_for_customers(command, known)
    return command.visibility


def _require_text_for_customers(command: PublishPostmortem, known: Postmortem) -> None:
    if command.audience.drill:
        raise _refused("It was a drill: no customer reads of it.")
    if not command.audience.customers:
        raise _refused("No status page was told of the incident: post to one first.")
    lacks = "summary" if known.public_text is None else known.public_text.text.lacks
    if lacks is not None:
        raise PostmortemRefused(
            f"The public text has no {lacks.replace('_', ' ')}: write what customers shall read;"
            " nothing is taken from the document.",
            field="visibility",
        )


def _refused(words: str) -> PostmortemRefused:
    return PostmortemRefused(words, field="visibility")
