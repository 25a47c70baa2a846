"""Notes: their author changes and takes them back, anybody pins them, nobody rewrites another's."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.actor import Actor
from events.errors import (
    AttachmentNotFound,
    CommandRejected,
    NoteGone,
    NoteNotFound,
    NotTheAuthor,
    ReasonRequired,
)
from events.handle import handle
from events.ids import AttachmentId, IncidentId, NoteId, ResponderId, notes_stream
from events.loading import load
from events.log.memory import MemoryLog
from events.log.recorded import Metadata
from events.notes.commands import (
    AddAttachment,
    EditNote,
    NotesCommand,
    PinNote,
    RemoveAttachment,
    RetractNote,
    UnpinNote,
    WriteNote,
)
from events.notes.decide import notes_decider
from events.notes.events import (
    AttachmentAdded,
    AttachmentRemoved,
    NoteEdited,
    NotePinned,
    NoteRetracted,
    NoteUnpinned,
    NoteWritten,
)
from events.notes.state import Notes
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
INC_7, NOTE, FILE = IncidentId(UUID(int=7)), NoteId(UUID(int=8)), AttachmentId(UUID(int=9))
ana = Actor(principal="api_key:ana", responder_id=ResponderId("ana"))
ben = Actor(principal="api_key:ben", responder_id=ResponderId("ben"))
admin = Actor(principal="api_key:root", is_admin=True)
HASH = "c0ffee"

write = WriteNote(incident_id=INC_7, note_id=NOTE, text="Pool is full", actor=ana, at=NOW)
written = NoteWritten(
    incident_id=INC_7, note_id=NOTE, text="Pool is full", written_by="responder:ana", written_at=NOW
)
pinned = NotePinned(incident_id=INC_7, note_id=NOTE, pinned_by="responder:ben", pinned_at=NOW)
attach = AddAttachment(
    incident_id=INC_7,
    attachment_id=FILE,
    name="errors.png",
    media_type="image/png",
    size=4,
    sha256=HASH,
    actor=ana,
    at=NOW,
)
attached = AttachmentAdded(
    incident_id=INC_7,
    attachment_id=FILE,
    name="errors.png",
    media_type="image/png",
    size=4,
    sha256=HASH,
    added_by="responder:ana",
    added_at=NOW,
)
removed = AttachmentRemoved(
    incident_id=INC_7,
    attachment_id=FILE,
    name="errors.png",
    reason="Shows a card",
    removed_by="responder:ana",
    removed_at=NOW,
)


def edit(text: str, actor: Actor = ana) -> EditNote:
    return EditNote(note_id=NOTE, text=text, actor=actor, at=NOW)


def retract(actor: Actor = ana, reason: str = "Wrong host", *, erase: bool = False) -> RetractNote:
    return RetractNote(note_id=NOTE, reason=reason, erase=erase, actor=actor, at=NOW)


def retracted(by: str = "responder:ana", *, erased: bool = False) -> NoteRetracted:
    return NoteRetracted(
        incident_id=INC_7,
        note_id=NOTE,
        reason="Wrong host",
        erased=erased,
        retracted_by=by,
        retracted_at=NOW,
    )


def remove(actor: Actor = ana, reason: str = "Shows a card") -> RemoveAttachment:
    return RemoveAttachment(attachment_id=FILE, reason=reason, actor=actor, at=NOW)


def test_a_note_is_written_once_however_often_the_request_comes() -> None:
    given().when(write).then(written)
    given(written).when(write).then_nothing()


def test_a_note_is_edited_by_its_author_and_by_an_admin_and_by_nobody_else() -> None:
    given(written).when(edit("Pool was full")).then(
        NoteEdited(
            incident_id=INC_7,
            note_id=NOTE,
            text="Pool was full",
            edited_by="responder:ana",
            edited_at=NOW,
        )
    )
    given(written).when(edit("Pool is full")).then_nothing()
    assert given(written).when(edit("So", admin)).decide()
    given(written).when(edit("So", ben)).refused(NotTheAuthor, "Only the author, responder:ana")


def test_anybody_pins_a_note_and_takes_the_pin_away() -> None:
    given(written).when(PinNote(note_id=NOTE, actor=ben, at=NOW)).then(pinned)
    given(written, pinned).when(PinNote(note_id=NOTE, actor=ana, at=NOW)).then_nothing()
    unpin = UnpinNote(note_id=NOTE, actor=ana, at=NOW)
    given(written, pinned).when(unpin).then(
        NoteUnpinned(incident_id=INC_7, note_id=NOTE, unpinned_by="responder:ana", unpinned_at=NOW)
    )
    given(written).when(unpin).then_nothing()


def test_a_note_is_taken_back_with_a_reason_by_its_author_or_an_admin() -> None:
    given(written).when(retract()).then(retracted())
    given(written, retracted()).when(retract()).then_nothing()
    given(written).when(retract(admin)).then(retracted("api_key:root"))
    given(written).when(retract(ben)).refused(NotTheAuthor)
    given(written).when(retract(reason=" ")).refused(ReasonRequired, "Say why")


def test_what_was_taken_back_can_still_be_erased_and_that_is_its_end() -> None:
    erase = retract(erase=True)
    given(written, retracted()).when(erase).then(retracted(erased=True))
    given(written, retracted(), retracted(erased=True)).when(erase).then_nothing()
    given(written, retracted(erased=True)).when(retract()).then_nothing()


@pytest.mark.parametrize("command", [edit("So"), PinNote(note_id=NOTE, actor=ana, at=NOW)])
def test_a_note_that_was_taken_back_is_neither_edited_nor_pinned(command: object) -> None:
    given(written, retracted()).when(command).refused(NoteGone, allowed=["write_note"])


@pytest.mark.parametrize(
    ("command", "refusal"), [(edit("So"), NoteNotFound), (remove(), AttachmentNotFound)]
)
def test_what_was_never_there_is_refused(command: object, refusal: type[CommandRejected]) -> None:
    given().when(command).refused(refusal)


def test_a_file_is_added_once_and_removed_by_whoever_added_it() -> None:
    given().when(attach).then(attached)
    given(attached).when(attach).then_nothing()
    given(attached).when(remove()).then(removed)
    given(attached, removed).when(remove()).then_nothing()
    given(attached).when(remove(ben)).refused(NotTheAuthor)
    given(attached).when(remove(reason="")).refused(ReasonRequired)


def test_bytes_are_kept_as_long_as_one_file_has_them() -> None:
    twin = AttachmentAdded(
        incident_id=INC_7,
        attachment_id=AttachmentId(UUID(int=10)),
        name="again.png",
        media_type="image/png",
        size=4,
        sha256=HASH,
        added_by="responder:ana",
        added_at=NOW,
    )
    assert notes_decider.fold([attached, twin, removed]).keeps(HASH)
    assert not notes_decider.fold([attached, removed]).keeps(HASH)


OTHER_NOTE, OTHER_FILE = NoteId(UUID(int=18)), AttachmentId(UUID(int=19))
actors = st.sampled_from([ana, ben, admin])
ids = st.sampled_from([NOTE, OTHER_NOTE])
files = st.sampled_from([FILE, OTHER_FILE])
commands = st.one_of(
    st.builds(lambda i, a: replace(write, note_id=i, actor=a), ids, actors),
    st.builds(lambda i, a, t: replace(edit(t, a), note_id=i), ids, actors, st.sampled_from("xy")),
    st.builds(lambda i, a: PinNote(note_id=i, actor=a, at=NOW), ids, actors),
    st.builds(lambda i, a: UnpinNote(note_id=i, actor=a, at=NOW), ids, actors),
    st.builds(lambda i, a, e: replace(retract(a, erase=e), note_id=i), ids, actors, st.booleans()),
    st.builds(lambda i, a: replace(attach, attachment_id=i, actor=a), files, actors),
    st.builds(lambda i, a: replace(remove(a), attachment_id=i), files, actors),
)


@given_any(st.lists(commands, max_size=20), commands)
async def test_a_decision_needs_no_more_than_the_events_it_is_about(
    before: list[NotesCommand], command: NotesCommand
) -> None:
    """However many notes an incident has, a pin costs what one note costs."""
    log, stream = MemoryLog(), notes_stream(INC_7)
    for one in before:
        with suppress(CommandRejected):
            await stored(log, stream, one)
    whole, _ = await load(log, notes_decider, stream)
    part, _ = await load(log, notes_decider, stream, notes_decider.about(command))
    assert decided(command, part) == decided(command, whole)


async def stored(log: MemoryLog, stream: str, command: NotesCommand) -> None:
    await handle(
        log,
        notes_decider,
        stream,
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="test"),
    )


def decided(command: NotesCommand, notes: Notes) -> object:
    try:
        return notes_decider.decide(command, notes)
    except CommandRejected as refusal:
        return type(refusal), refusal.detail
