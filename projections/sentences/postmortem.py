"""Postmortem sentences, without what people wrote: that may be erased."""

from typing import Final

from events.postmortem.document.publishing import Visibility
from events.postmortem.document.terms import PostmortemReminder
from events.postmortem.events import (
    PostmortemApproved,
    PostmortemAuthorChanged,
    PostmortemCommented,
    PostmortemEntryAdded,
    PostmortemEntryAnnotated,
    PostmortemEntryChanged,
    PostmortemEntryHidden,
    PostmortemEntryPinned,
    PostmortemEntryRemoved,
    PostmortemEntryShown,
    PostmortemFactorChanged,
    PostmortemFactorRecorded,
    PostmortemFactorRetracted,
    PostmortemHintDismissed,
    PostmortemOverdue,
    PostmortemPublicTextWritten,
    PostmortemPublished,
    PostmortemReminded,
    PostmortemReviewRequested,
    PostmortemRevised,
    PostmortemSectionWritten,
    PostmortemStarted,
    PostmortemTextErased,
    PostmortemWaived,
)
from projections.sentences.words import because, clock, person, words

AUDIENCES: Final = {
    Visibility.MEMBERS: " for its members",
    Visibility.TEAM: " for its team",
    Visibility.EVERYONE: "",
    Visibility.PUBLIC: " for everyone, and a text for customers",
}


@words.register
def _(event: PostmortemStarted) -> str:
    author = f", with {person(event.author_id)} as its author" if event.author_id else ""
    return f"{person(event.started_by)} began the postmortem{author}"


@words.register
def _(event: PostmortemAuthorChanged) -> str:
    return f"{person(event.changed_by)} handed the postmortem on to {person(event.author_id)}"


@words.register
def _(event: PostmortemSectionWritten) -> str:
    what = f"{event.section.replace('_', ' ')} of the postmortem, revision {event.revision}"
    how = "kept what the log says as" if event.computed else "wrote"
    return f"{person(event.written_by)} {how} {what}"


@words.register
def _(event: PostmortemCommented) -> str:
    what = f"{event.section.replace('_', ' ')} of the postmortem, revision {event.revision}"
    return f"{person(event.commented_by)} commented on {what}"


@words.register
def _(event: PostmortemTextErased) -> str:
    return f"{person(event.erased_by)} erased a text of the postmortem{because(event.reason)}"


@words.register
def _(event: PostmortemPublicTextWritten) -> str:
    what = f"public text of the postmortem, revision {event.revision}"
    return f"{person(event.written_by)} wrote the {what}"


@words.register
def _(event: PostmortemHintDismissed) -> str:
    where = f"{event.section.replace('_', ' ')} of the postmortem"
    return f"{person(event.dismissed_by)} dismissed a hint on the wording of {where}"


@words.register
def _(event: PostmortemReviewRequested) -> str:
    people = ", ".join(person(one) for one in event.reviewer_ids) or "anybody"
    return f"{person(event.requested_by)} asked {people} to review the postmortem"


@words.register
def _(event: PostmortemApproved) -> str:
    side = "" if event.was_responder else ", not having responded"
    return f"{person(event.approved_by)} approved the postmortem{side}"


@words.register
def _(event: PostmortemPublished) -> str:
    lack = f" without {', '.join(event.missing).replace('_', ' ')}" if event.missing else ""
    why = because(event.reason) if event.reason else ""
    edition = f"edition {event.edition} of the postmortem"
    whom = AUDIENCES[event.visibility]
    return f"{person(event.published_by)} published {edition}{whom}{lack}{why}"


@words.register
def _(event: PostmortemRevised) -> str:
    return f"{person(event.revised_by)} began edition {event.edition} of the postmortem"


@words.register
def _(event: PostmortemWaived) -> str:
    return f"{person(event.waived_by)} waived the postmortem{because(event.reason)}"


@words.register
def _(event: PostmortemReminded) -> str:
    also = ", and so were the commander and the team's managers" if event.escalated else ""
    due = f"due at {clock(event.due_at)}"
    when = f"was {due}" if event.reminder is PostmortemReminder.LATE else f"is {due}"
    return f"Whoever writes the postmortem was reminded{also}: it {when}"


@words.register
def _(event: PostmortemOverdue) -> str:
    return f"The postmortem is overdue since {clock(event.due_at)}"


@words.register
def _(event: PostmortemEntryShown) -> str:
    return f"{person(event.shown_by)} showed {_entry(event.entry_position)} in the postmortem"


@words.register
def _(event: PostmortemEntryHidden) -> str:
    return f"{person(event.hidden_by)} left {_entry(event.entry_position)} out of the postmortem"


@words.register
def _(event: PostmortemEntryPinned) -> str:
    return f"{person(event.pinned_by)} pinned {_entry(event.entry_position)} in the postmortem"


@words.register
def _(event: PostmortemEntryAnnotated) -> str:
    return (
        f"{person(event.annotated_by)} annotated {_entry(event.entry_position)} in the postmortem"
    )


@words.register
def _(event: PostmortemEntryAdded) -> str:
    return f"{person(event.added_by)} added an entry to the postmortem's timeline"


@words.register
def _(event: PostmortemEntryChanged) -> str:
    return f"{person(event.changed_by)} changed an added entry of the postmortem's timeline"


@words.register
def _(event: PostmortemEntryRemoved) -> str:
    return f"{person(event.removed_by)} took an added entry out of the postmortem's timeline"


@words.register
def _(event: PostmortemFactorRecorded) -> str:
    return f"{person(event.recorded_by)} recorded factor {event.number}, {_kind(event)}"


@words.register
def _(event: PostmortemFactorChanged) -> str:
    return f"{person(event.changed_by)} changed factor {event.number}, {_kind(event)}"


@words.register
def _(event: PostmortemFactorRetracted) -> str:
    return f"{person(event.retracted_by)} retracted factor {event.number} of the postmortem"


def _entry(position: int) -> str:
    return f"the timeline's entry at {position}"


def _kind(event: PostmortemFactorRecorded | PostmortemFactorChanged) -> str:
    primary = "the primary cause" if event.factor.primary else f"a {event.factor.kind}"
    return f"{primary} ({event.factor.category.replace('_', ' ')}), of the postmortem"
