"""Writing a postmortem: each section by itself, and nobody's words are lost."""

from uuid import UUID

import pytest

from events.postmortem.commands import (
    ChangeAuthor,
    Comment,
    EraseText,
    StartPostmortem,
    WaivePostmortem,
    WriteSection,
)
from events.postmortem.decide import postmortem_decider as rules
from events.postmortem.digest import digest_of
from events.postmortem.document.sections import QUESTIONS, Section, is_answered
from events.postmortem.events import (
    PostmortemAuthorChanged,
    PostmortemStarted,
    PostmortemWaived,
)
from events.postmortem.refusals import (
    PostmortemIsWaived,
    PostmortemNotFound,
    PostmortemOfDuplicate,
    PostmortemRefused,
    PostmortemTextNotFound,
    SectionChanged,
)
from events.postmortem.state import INITIAL
from events.postmortem.writing import LONGEST
from tests.events.postmortem.story import ANA, BEN, INC_7, NOW, after, by, continued, given, started

start = StartPostmortem(incident_id=INC_7, author_id=ANA, **by("ben"))
waived = PostmortemWaived(
    incident_id=INC_7, reason="A test of ours", waived_by="responder:ana", waived_at=NOW
)


def write(text: str, based_on: int = 0, section: Section = Section.SUMMARY) -> WriteSection:
    return WriteSection(section=section, based_on=based_on, text=text, **by("ana"))


def test_a_postmortem_begins_once_with_its_author() -> None:
    [event] = given().when(start).decide()
    assert isinstance(event, PostmortemStarted)
    assert (event.author_id, event.started_by) == (ANA, "responder:ben")
    given(started).when(start).then_nothing()


def test_a_duplicate_has_none() -> None:
    duplicate = StartPostmortem(incident_id=INC_7, author_id=None, merged_into="INC-9", **by("ben"))
    given().when(duplicate).refused(PostmortemOfDuplicate, "INC-9")


def test_nothing_is_written_before_it_begins_or_after_it_was_waived() -> None:
    given().when(write("It was down.")).refused(PostmortemNotFound, "begin it")
    given(started, waived).when(write("It was down.")).refused(PostmortemIsWaived)


def test_a_waived_postmortem_can_be_begun_again_with_what_stood_in_it() -> None:
    known = after(
        write("It was down."),
        WaivePostmortem(reason="Too small", **by("ana")),
        StartPostmortem(incident_id=INC_7, author_id=BEN, **by("ben")),
    )
    assert known.sections[Section.SUMMARY].text == "It was down."
    assert known.author_id == BEN


def test_the_author_hands_it_on() -> None:
    given(started).when(ChangeAuthor(author_id=BEN, **by("ana"))).then(
        PostmortemAuthorChanged(
            incident_id=INC_7,
            author_id=BEN,
            previous_author_id=ANA,
            changed_by="responder:ana",
            changed_at=NOW,
        )
    )
    given(started).when(ChangeAuthor(author_id=ANA, **by("ana"))).then_nothing()


def test_two_people_in_two_sections_are_never_in_each_others_way() -> None:
    known = after(
        write("It was down."),
        write("Everybody.", section=Section.IMPACT),
        write("Down.", 1),
    )
    assert known.sections[Section.SUMMARY].revision == 2
    assert known.sections[Section.IMPACT].revision == 1


def test_who_wrote_from_an_older_revision_is_told_which_is_the_newest() -> None:
    known = after(write("It was down."), write("It was down for all.", 1))
    with pytest.raises(SectionChanged) as refused:
        rules.decide(write("It was slow.", 1), known)
    assert refused.value.facts == {"section": "summary", "revision": 2, "based_on": 1}


def test_saving_what_stands_there_already_is_no_revision_and_no_conflict() -> None:
    known = after(write("It was down."))
    assert rules.decide(write("It was down.", 0), known) == []


def test_only_words_that_the_log_did_not_say_are_peoples_own() -> None:
    command = WriteSection(
        section=Section.SUMMARY,
        based_on=0,
        text="Checkout was down. A canary would have told us.",
        computed="Checkout was down.",
        **by("ana"),
    )
    assert after(command).sections[Section.SUMMARY].own_words == 6


def test_a_text_that_is_too_long_is_refused_with_its_length() -> None:
    given(started).when(write("x" * (LONGEST + 1))).refused(PostmortemRefused, str(LONGEST + 1))


def test_a_question_that_stands_there_still_is_not_answered() -> None:
    question = f"- *{QUESTIONS[Section.IMPACT]}*"
    assert not is_answered(Section.IMPACT, question)
    assert not is_answered(Section.IMPACT, " ")
    assert is_answered(Section.IMPACT, "Everybody")


def test_a_comment_stands_at_a_revision_there_was() -> None:
    remark = Comment(
        comment_id=UUID(int=5),
        section=Section.SUMMARY,
        revision=1,
        text="Since when?",
        **by("ben"),
    )
    known = after(write("It was down."), remark, write("It was down since noon.", 1))
    assert [one.revision for one in known.comments] == [1]
    assert rules.decide(remark, known) == []
    given(started).when(remark).refused(PostmortemRefused, "no revision 1")


def test_an_erased_text_is_gone_and_its_revisions_and_digest_stay() -> None:
    known = after(write("Grace pulled the plug."))
    written = known.sections[Section.SUMMARY]
    digest = digest_of(known)
    erase = EraseText(text_id=written.text_id, reason="It named her", **by("ana"))
    erased = continued(known, erase)
    assert erased.sections[Section.SUMMARY].text == ""
    assert erased.sections[Section.SUMMARY].revision == 1
    assert digest_of(erased) == digest
    again = continued(erased, write("The plug was pulled.", 1))
    assert again.sections[Section.SUMMARY].text == "The plug was pulled."
    assert again.sections[Section.SUMMARY].text_id != written.text_id  # its key is destroyed


def test_only_what_stands_in_it_can_be_erased_and_with_a_reason() -> None:
    unknown = EraseText(text_id=UUID(int=9), reason="Why", **by("ana"))
    given(started).when(unknown).refused(PostmortemTextNotFound)
    known = after(write("It was down."))
    silent = EraseText(text_id=known.sections[Section.SUMMARY].text_id, reason=" ", **by("ana"))
    with pytest.raises(PostmortemRefused):
        rules.decide(silent, known)


def test_nothing_stands_in_it_before_it_begins() -> None:
    assert INITIAL.revision_of(Section.SUMMARY) == 0
