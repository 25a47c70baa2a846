"""Postmortem rules: a document of many hands, read by others before it is published."""

from typing import assert_never

from events.aggregate import Aggregate
from events.decider import Decider
from events.ids import IncidentId
from events.postmortem.analysis import change_factor, record_factor, retract_factor
from events.postmortem.commands import (
    AddEntry,
    AnnotateEntry,
    ApprovePostmortem,
    ChangeAuthor,
    ChangeEntry,
    ChangeFactor,
    Comment,
    DismissHint,
    EraseText,
    HideEntry,
    PinEntry,
    PostmortemCommand,
    PublishPostmortem,
    RecordFactor,
    RemindOfPostmortem,
    RemoveEntry,
    RequestReview,
    RetractFactor,
    ReviewCommand,
    RevisePostmortem,
    ShowEntry,
    StartPostmortem,
    WaivePostmortem,
    WritePublicText,
    WriteSection,
    WritingCommand,
)
from events.postmortem.events import POSTMORTEM_EVENTS, PostmortemEvent
from events.postmortem.meeting.commands import MeetingCommand
from events.postmortem.meeting.rules import hold_meeting
from events.postmortem.public_text import write_public_text
from events.postmortem.reminding import remind
from events.postmortem.require import begun
from events.postmortem.review import (
    approve_postmortem,
    publish_postmortem,
    request_review,
    revise_postmortem,
    waive_postmortem,
)
from events.postmortem.selection import change_additions, choose_entry
from events.postmortem.state import INITIAL, Postmortem, evolve
from events.postmortem.writing import (
    change_author,
    comment,
    dismiss_hint,
    erase_text,
    start_postmortem,
    write_section,
)


def decide(command: PostmortemCommand, known: Postmortem) -> list[PostmortemEvent]:
    """Return the facts this command leads to, none if it is already so."""
    match command:
        case StartPostmortem():
            return start_postmortem(command, known)
        case RemindOfPostmortem():
            return remind(command, known)
        case (
            ChangeAuthor()
            | WriteSection()
            | WritePublicText()
            | Comment()
            | EraseText()
            | DismissHint()
        ):
            return write(command, known)
        case ShowEntry() | HideEntry() | PinEntry() | AnnotateEntry():
            return choose_entry(command, known)
        case AddEntry() | ChangeEntry() | RemoveEntry():
            return change_additions(command, known)
        case RecordFactor():
            return record_factor(command, known)
        case ChangeFactor():
            return change_factor(command, known)
        case RetractFactor():
            return retract_factor(command, known)
        case _:
            return conclude(command, known)


def write(command: WritingCommand, known: Postmortem) -> list[PostmortemEvent]:
    """Return the facts of what somebody writes, or of what is made unreadable."""
    match command:
        case ChangeAuthor():
            return change_author(command, known)
        case WriteSection():
            return write_section(command, known)
        case WritePublicText():
            return write_public_text(command, known)
        case Comment():
            return comment(command, known)
        case EraseText():
            return erase_text(command, known)
        case DismissHint():
            return dismiss_hint(command, known)
        case _:
            assert_never(command)


def conclude(command: ReviewCommand | MeetingCommand, known: Postmortem) -> list[PostmortemEvent]:
    """Return the facts of a review, a publication, a waiver or a meeting."""
    match command:
        case RequestReview():
            return request_review(command, known)
        case ApprovePostmortem():
            return approve_postmortem(command, known)
        case PublishPostmortem():
            return publish_postmortem(command, known)
        case RevisePostmortem():
            return revise_postmortem(command, known)
        case WaivePostmortem():
            return waive_postmortem(command, known)
        case _:
            return [*hold_meeting(command, begun(known), known.meeting)]


postmortem_decider: Decider[PostmortemCommand, Postmortem, PostmortemEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=POSTMORTEM_EVENTS
)

AGGREGATE = Aggregate(
    noun="postmortem",
    id=IncidentId,
    decider=postmortem_decider,
    commands=PostmortemCommand,
)
