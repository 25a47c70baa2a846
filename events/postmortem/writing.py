"""Writing rules: each section has revisions of its own, and nobody's words are lost."""

from collections import Counter
from typing import Final

from events.postmortem.commands import (
    ChangeAuthor,
    Comment,
    DismissHint,
    EraseText,
    StartPostmortem,
    WriteSection,
)
from events.postmortem.document.sections import log_digest
from events.postmortem.events import (
    PostmortemAuthorChanged,
    PostmortemCommented,
    PostmortemEvent,
    PostmortemHintDismissed,
    PostmortemSectionWritten,
    PostmortemStarted,
    PostmortemTextErased,
)
from events.postmortem.refusals import (
    PostmortemOfDuplicate,
    PostmortemRefused,
    PostmortemTextNotFound,
    SectionChanged,
)
from events.postmortem.require import begun, being_written, words
from events.postmortem.state import Postmortem, PostmortemState

LONGEST: Final = 50_000  # characters of a section


def start_postmortem(command: StartPostmortem, known: Postmortem) -> list[PostmortemEvent]:
    """Begin the postmortem; one that was waived is begun again, with what stood in it.

    Raises: PostmortemOfDuplicate.
    """
    if known.incident_id is not None and known.state is not PostmortemState.WAIVED:
        return []
    if command.merged_into is not None:
        raise PostmortemOfDuplicate(
            f"It was merged into {command.merged_into}: write the postmortem of that one.",
            merged_into=command.merged_into,
        )
    return [
        PostmortemStarted(
            incident_id=command.incident_id,
            author_id=command.author_id,
            terms=command.terms,
            started_by=command.actor.name,
            started_at=command.at,
        )
    ]


def change_author(command: ChangeAuthor, known: Postmortem) -> list[PostmortemEvent]:
    """Hand the postmortem on.

    Raises: what `being_written` raises.
    """
    incident_id = being_written(known)
    if command.author_id == known.author_id:
        return []
    return [
        PostmortemAuthorChanged(
            incident_id=incident_id,
            author_id=command.author_id,
            previous_author_id=known.author_id,
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def write_section(command: WriteSection, known: Postmortem) -> list[PostmortemEvent]:
    """Have a section say something else, if nobody has written it since it was read.

    Raises: SectionChanged, PostmortemRefused, and what `being_written` raises.
    """
    incident_id = being_written(known)
    section, written = command.section, known.sections.get(command.section)
    gone = written is not None and written.text_id in known.erased
    if written is not None and written.text == command.text and not gone:
        return []
    if len(command.text) > LONGEST:
        raise PostmortemRefused(
            f"A section has at most {LONGEST} characters; this one has {len(command.text)}."
            " Attach what is longer to the incident.",
            field="text",
        )
    revision = known.revision_of(section)
    if command.based_on != revision:
        raise SectionChanged(
            f"Section {section} is at revision {revision}, not {command.based_on}: take what was"
            " written since into yours, and save it again.",
            section=section.value,
            revision=revision,
            based_on=command.based_on,
        )
    return [
        PostmortemSectionWritten(
            incident_id=incident_id,
            section=section,
            revision=revision + 1,
            based_on=revision,
            text_id=known.text_id_for(section),
            text=command.text,
            computed=False,
            own_words=words_of_people(command.text, command.computed),
            log_digest=log_digest(command.computed),
            written_by=command.actor.name,
            written_at=command.at,
        )
    ]


def words_of_people(text: str, computed: str) -> int:
    """Return how many words of a text the log did not say."""
    return (Counter(text.split()) - Counter(computed.split())).total()


def comment(command: Comment, known: Postmortem) -> list[PostmortemEvent]:
    """Remark on a section, at a revision that there was; also once it is published.

    Raises: PostmortemNotFound, PostmortemRefused.
    """
    incident_id = begun(known)
    if any(one.comment_id == command.comment_id for one in known.comments):
        return []
    newest = known.revision_of(command.section)
    if not 0 <= command.revision <= newest:
        raise PostmortemRefused(
            f"Section {command.section} has no revision {command.revision}: the newest is"
            f" {newest}.",
            field="revision",
        )
    return [
        PostmortemCommented(
            incident_id=incident_id,
            comment_id=command.comment_id,
            section=command.section,
            revision=command.revision,
            text=words(command.text, "text"),
            commented_by=command.actor.name,
            commented_at=command.at,
        )
    ]


def erase_text(command: EraseText, known: Postmortem) -> list[PostmortemEvent]:
    """Make a text unreadable, with everything it said before.

    Raises: PostmortemNotFound, PostmortemTextNotFound, PostmortemRefused.
    """
    incident_id = begun(known)
    if command.text_id in known.erased:
        return []
    if command.text_id not in known.text_ids:
        raise PostmortemTextNotFound(f"The postmortem has no text {command.text_id}.")
    return [
        PostmortemTextErased(
            incident_id=incident_id,
            text_id=command.text_id,
            reason=words(command.reason, "reason"),
            erased_by=command.actor.name,
            erased_at=command.at,
        )
    ]


def dismiss_hint(command: DismissHint, known: Postmortem) -> list[PostmortemEvent]:
    """Wave a hint aside, for this phrase in this section, wherever it stands there.

    Raises: what `being_written` raises.
    """
    incident_id = being_written(known)
    if command.hint_key in known.dismissed_hints:
        return []
    return [
        PostmortemHintDismissed(
            incident_id=incident_id,
            section=command.section,
            hint_key=command.hint_key,
            dismissed_by=command.actor.name,
            dismissed_at=command.at,
        )
    ]
