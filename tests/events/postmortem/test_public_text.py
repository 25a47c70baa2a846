"""An edition is for members, a team, everyone or customers, and each of them gets no more."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from events.postmortem.commands import EraseText, PublishPostmortem, WritePublicText
from events.postmortem.decide import postmortem_decider as rules
from events.postmortem.digest import digest_of
from events.postmortem.document.publishing import Audience, PublicText, Visibility
from events.postmortem.events import PostmortemPublished
from events.postmortem.refusals import PostmortemRefused, SectionChanged
from events.postmortem.state import Postmortem
from events.values.severity import Severity
from tests.events.postmortem.story import after, by, continued

TEXT = PublicText(
    summary="Some card payments failed for 35 minutes.",
    what_happened="A release could not reach one of our databases.",
    what_we_do="Releases go to one server first.",
)
write = WritePublicText(based_on=0, text=TEXT, **by("ana"))
publish = PublishPostmortem(
    visibility=Visibility.EVERYONE,
    severity=Severity.SEV2,
    action_items=1,
    timeline_until=90,
    reason="The service is retired",
    **by("ana"),
)


def published(known: Postmortem, visibility: Visibility, **audience: Any) -> Visibility:
    command = replace(publish, visibility=visibility, audience=Audience(**audience))
    [event] = [one for one in rules.decide(command, known) if isinstance(one, PostmortemPublished)]
    return event.visibility


@pytest.mark.parametrize("wanted", [Visibility.EVERYONE, Visibility.TEAM, Visibility.MEMBERS])
def test_of_a_private_incident_nobody_but_its_members_reads(wanted: Visibility) -> None:
    assert published(after(), wanted, private=True) is Visibility.MEMBERS


@pytest.mark.parametrize(
    ("wanted", "audience", "says"),
    [
        (Visibility.PUBLIC, {"private": True}, "no customer reads of it"),
        (Visibility.PUBLIC, {"drill": True}, "It was a drill"),
        (Visibility.PUBLIC, {"customers": False}, "No status page was told"),
        (Visibility.TEAM, {"team": False}, "No team owns"),
        (Visibility.MEMBERS, {}, "The incident is not private"),
    ],
)
def test_what_nobody_could_read_is_refused(
    wanted: Visibility, audience: dict[str, bool], says: str
) -> None:
    with pytest.raises(PostmortemRefused, match=says):
        published(after(write), wanted, **audience)


@pytest.mark.parametrize("part", ["summary", "what_happened", "what_we_do"])
def test_customers_read_all_three_parts_or_nothing(part: str) -> None:
    with pytest.raises(PostmortemRefused, match="The public text has no summary"):
        published(after(), Visibility.PUBLIC)
    without = replace(write, text=replace(TEXT, **{part: " \n"}))
    with pytest.raises(PostmortemRefused, match=f"has no {part.replace('_', ' ')}"):
        published(after(without), Visibility.PUBLIC)
    assert published(after(write), Visibility.PUBLIC) is Visibility.PUBLIC


def test_who_was_slower_does_not_write_over_it_and_an_approval_is_of_the_text_too() -> None:
    known = after(write)
    with pytest.raises(SectionChanged, match="at revision 1, not 0"):
        rules.decide(replace(write, text=replace(TEXT, summary="Nothing.")), known)
    assert rules.decide(write, known) == []  # it says so already
    assert digest_of(known) != digest_of(after())


def test_an_erased_text_says_nothing_and_can_be_written_anew() -> None:
    known = after(write)
    assert known.public_text is not None
    text_id: UUID = known.public_text.text_id
    erased = continued(known, EraseText(text_id=text_id, reason="It named a customer", **by("ana")))
    assert erased.public_text is not None
    assert erased.public_text.text.lacks == "summary"
    assert digest_of(erased) == digest_of(known)
    anew = continued(erased, replace(write, based_on=1))
    assert anew.public_text is not None
    assert anew.public_text.text_id != text_id
