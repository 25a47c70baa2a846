"""Review of a postmortem: an approval is of what was read, and what is missing is said aloud."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from events.actor import Actor
from events.postmortem.commands import (
    AddEntry,
    ApprovePostmortem,
    ComputedSection,
    HideEntry,
    PublishPostmortem,
    RecordFactor,
    RequestReview,
    RevisePostmortem,
    WaivePostmortem,
    WriteSection,
)
from events.postmortem.decide import postmortem_decider as rules
from events.postmortem.digest import digest_of, valid_approvals
from events.postmortem.document.factors import Factor, FactorKind
from events.postmortem.document.publishing import Missing, Visibility
from events.postmortem.document.sections import Section
from events.postmortem.events import PostmortemPublished
from events.postmortem.refusals import (
    NotAReviewer,
    PostmortemChanged,
    PostmortemIncomplete,
    PostmortemIsPublished,
    PostmortemRefused,
    ReviewNotRequested,
)
from events.postmortem.review import is_approved
from events.postmortem.state import Postmortem, PostmortemState
from events.values.severity import Severity
from tests.events.postmortem.story import (
    ANA,
    ANSWERS,
    BEN,
    CEM,
    INC_7,
    NOW,
    after,
    by,
    continued,
    given,
    in_review,
    started,
)

factor = RecordFactor(
    factor_id=UUID(int=1),
    factor=Factor(kind=FactorKind.TRIGGER, category="deploy", primary=True),
    text="The release went to all at once",
    **by("ana"),
)
request = RequestReview(reviewer_ids=(BEN, CEM), timeline_until=90, **by("ana"))
publish = PublishPostmortem(
    visibility=Visibility.EVERYONE,
    severity=Severity.SEV1,
    action_items=2,
    timeline_until=120,
    **by("ana"),
)


def write(section: Section, text: str, based_on: int = 0) -> WriteSection:
    return WriteSection(section=section, based_on=based_on, text=text, **by("ana"))


def written() -> Postmortem:
    return after(*(write(section, text) for section, text in ANSWERS.items()), factor)


def approved_by(known: Postmortem, name: str, *, responder: bool) -> Postmortem:
    command = ApprovePostmortem(digest=digest_of(known), was_responder=responder, **by(name))
    return continued(known, command)


def reviewed() -> Postmortem:
    known = approved_by(continued(written(), request), "ben", responder=True)
    return approved_by(known, "cem", responder=False)


def test_a_sev1_needs_two_approvals_and_one_of_somebody_who_did_not_respond() -> None:
    known = approved_by(continued(written(), request), "ben", responder=True)
    assert not is_approved(known, Severity.SEV1)
    assert is_approved(known, Severity.SEV2)
    assert not is_approved(approved_by(known, "cem", responder=True), Severity.SEV1)
    assert is_approved(approved_by(known, "cem", responder=False), Severity.SEV1)


@pytest.mark.parametrize("severity", [Severity.SEV3, Severity.SEV4, None])
def test_what_was_not_bad_needs_nobodys_approval(severity: Severity | None) -> None:
    assert is_approved(continued(written(), request), severity)


def test_the_author_cannot_approve_and_neither_can_a_program() -> None:
    known = continued(written(), request)
    own = ApprovePostmortem(digest=digest_of(known), was_responder=True, **by("ana"))
    program = replace(own, actor=Actor(principal="api_key:1"))
    with pytest.raises(NotAReviewer, match="author"):
        rules.decide(own, known)
    with pytest.raises(NotAReviewer, match="person"):
        rules.decide(program, known)


def test_the_author_cannot_be_asked_to_review() -> None:
    asked = RequestReview(reviewer_ids=(ANA,), timeline_until=9, **by("ana"))
    given(started).when(asked).refused(PostmortemRefused, "author")


def test_an_author_who_approved_before_it_was_handed_to_them_does_not_count() -> None:
    known = replace(reviewed(), author_id=CEM)
    assert [one.by for one in valid_approvals(known)] == ["responder:ben"]


def test_a_draft_is_not_approved() -> None:
    command = ApprovePostmortem(digest="x", was_responder=True, **by("ben"))
    given(started).when(command).refused(ReviewNotRequested)


def test_an_approval_is_of_what_was_read() -> None:
    stale = ApprovePostmortem(digest="x", was_responder=True, **by("ben"))
    given(started, in_review).when(stale).refused(PostmortemChanged, "edited")


@pytest.mark.parametrize(
    "edit",
    [
        write(Section.SUMMARY, "It was not down at all.", 1),
        AddEntry(
            entry_id=UUID(int=3),
            happened_at=NOW,
            text="The vendor knew",
            source_url=None,
            **by("ben"),
        ),
        replace(factor, factor_id=UUID(int=2)),
        HideEntry(incident_id=INC_7, entry_position=12, **by("ana")),
        replace(request, timeline_until=120),
    ],
    ids=["section", "added entry", "factor", "hidden entry", "newer timeline"],
)
def test_an_approval_is_stale_after_any_edit(edit: Any) -> None:
    known = reviewed()
    assert len(valid_approvals(known)) == 2
    assert not valid_approvals(continued(known, edit))


def test_asking_for_a_review_keeps_what_the_log_says_where_nobody_wrote() -> None:
    computed = tuple(ComputedSection(section=one, text="From the log") for one in Section)
    known = after(write(Section.SUMMARY, "Ours"), replace(request, computed=computed))
    assert known.sections[Section.SUMMARY].text == "Ours"
    assert known.sections[Section.IMPACT].computed
    assert known.state is PostmortemState.IN_REVIEW


def test_publishing_what_is_incomplete_takes_a_reason_and_says_what_is_missing() -> None:
    refused = given(started).when(publish).refused(PostmortemIncomplete, "root_cause")
    assert "review" in refused.facts["missing"]  # type: ignore[operator]
    [event] = given(started).when(replace(publish, reason="We retire it")).decide()
    assert isinstance(event, PostmortemPublished)
    assert event.missing == (
        Missing.SUMMARY,
        Missing.IMPACT,
        Missing.ROOT_CAUSE,
        Missing.LESSONS_LEARNED,
        Missing.PRIMARY_FACTOR,
        Missing.REVIEW,
    )
    assert event.reason == "We retire it"


def test_a_whole_postmortem_is_published_without_a_reason() -> None:
    [event] = rules.decide(publish, reviewed())
    assert isinstance(event, PostmortemPublished)
    assert (event.edition, event.missing, event.reason) == (1, (), None)
    assert event.timeline_until == 90  # what was reviewed, not what came since


def test_lessons_without_an_item_are_whole_with_a_word_why() -> None:
    none = replace(publish, action_items=0)
    known = reviewed()
    [event] = rules.decide(none, known)
    assert isinstance(event, PostmortemPublished)
    assert not event.missing
    silent = after(*(write(one, ANSWERS[one]) for one in (*Section,) if one != "action_items"))
    refused = pytest.raises(PostmortemIncomplete, match="action_items")
    with refused:
        rules.decide(none, silent)


def test_a_published_postmortem_is_revised_before_it_is_edited_again() -> None:
    known = continued(reviewed(), publish)
    with pytest.raises(PostmortemIsPublished, match="revise"):
        rules.decide(write(Section.SUMMARY, "More is known.", 1), known)
    revised = continued(known, RevisePostmortem(**by("ben")))
    assert (revised.edition, revised.state) == (2, PostmortemState.DRAFT)
    assert not valid_approvals(revised)
    assert revised.timeline.until is None  # it follows the log again
    edited = continued(
        revised,
        write(Section.SUMMARY, "More is known.", 1),
        replace(publish, reason="Small"),
    )
    assert edited.published is not None
    assert edited.published.number == 2


def test_waiving_takes_a_reason_and_ends_a_draft_not_an_edition() -> None:
    given(started).when(WaivePostmortem(reason=" ", **by("ana"))).refused(PostmortemRefused)
    with pytest.raises(PostmortemIsPublished):
        rules.decide(WaivePostmortem(reason="No need", **by("ana")), continued(reviewed(), publish))
