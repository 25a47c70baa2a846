"""Curated timeline: what stands in it by itself, what people choose, and what they add."""

from dataclasses import replace
from uuid import UUID

import pytest

from events.postmortem.commands import (
    AddEntry,
    AnnotateEntry,
    ChangeEntry,
    HideEntry,
    PinEntry,
    RemoveEntry,
    RequestReview,
    RevisePostmortem,
    ShowEntry,
)
from events.postmortem.decide import postmortem_decider as rules
from events.postmortem.refusals import (
    PostmortemNotFound,
    PostmortemRefused,
    TimelineEntryNotFound,
)
from events.postmortem.state import INITIAL
from events.postmortem.timeline import NO_CHOICES, EntryChoice, is_shown
from tests.events.postmortem.story import BEN, INC_7, NOW, after, by, continued, started

entry = AddEntry(
    entry_id=UUID(int=3),
    happened_at=NOW,
    text="The vendor saw it",
    source_url="https://status.example.com/7",
    **by("ana"),
)


def test_phases_and_answers_stand_in_it_deliveries_do_not() -> None:
    for kind in ("incident.declared", "incident.resolved", "mitigation_action.started"):
        assert is_shown(NO_CHOICES, 5, kind, first=False)
    for kind in ("delivery.sent", "checklist.item_ticked", "page.started"):
        assert not is_shown(NO_CHOICES, 5, kind, first=True)


def test_only_the_first_alert_stands_in_it() -> None:
    assert is_shown(NO_CHOICES, 5, "alert.triggered", first=True)
    assert not is_shown(NO_CHOICES, 6, "alert.triggered", first=False)


def test_what_people_choose_counts_and_the_last_word_counts_most() -> None:
    known = after(
        HideEntry(incident_id=INC_7, entry_position=5, **by("ana")),
        PinEntry(incident_id=INC_7, entry_position=6, **by("ana")),
    )
    assert not is_shown(known.timeline, 5, "incident.declared", first=True)
    assert is_shown(known.timeline, 6, "delivery.sent", first=False)
    shown = continued(known, ShowEntry(incident_id=INC_7, entry_position=5, **by("ben")))
    assert shown.timeline.choices[5] is EntryChoice.SHOWN
    assert rules.decide(ShowEntry(incident_id=INC_7, entry_position=5, **by("ben")), shown) == []


def test_a_review_ends_the_timeline_and_what_people_show_of_later_stands_in_it() -> None:
    known = after(RequestReview(reviewer_ids=(BEN,), timeline_until=90, **by("ana")))
    assert is_shown(known.timeline, 90, "incident.resolved", first=False)
    assert not is_shown(known.timeline, 91, "incident.reopened", first=False)
    later = continued(known, ShowEntry(incident_id=INC_7, entry_position=91, **by("ana")))
    assert is_shown(later.timeline, 91, "incident.reopened", first=False)
    assert continued(known, RevisePostmortem(**by("ana"))) == known  # it is a draft still


def test_an_entry_is_annotated_and_an_empty_word_takes_that_back() -> None:
    known = after(AnnotateEntry(entry_position=5, text="Too late", **by("ana")))
    assert known.timeline.annotations[5].text == "Too late"
    back = continued(known, AnnotateEntry(entry_position=5, text="", **by("ana")))
    assert back.timeline.annotations[5].revision == 2
    assert rules.decide(AnnotateEntry(entry_position=6, text="", **by("ana")), back) == []


def test_what_happened_outside_is_added_changed_and_taken_out() -> None:
    known = after(entry)
    assert rules.decide(entry, known) == []
    change = ChangeEntry(
        entry_id=entry.entry_id, happened_at=NOW, text="They knew", source_url=None, **by("ben")
    )
    changed = continued(known, change)
    assert changed.timeline.added[entry.entry_id].text == "They knew"
    removed = continued(changed, RemoveEntry(entry_id=entry.entry_id, **by("ana")))
    assert removed.timeline.added[entry.entry_id].removed
    with pytest.raises(TimelineEntryNotFound):
        rules.decide(change, removed)


def test_a_source_is_a_safe_address() -> None:
    with pytest.raises(PostmortemRefused, match="https"):
        rules.decide(replace(entry, source_url="javascript:alert(1)"), after())


def test_a_turning_point_is_marked_while_it_happens_and_stands_when_the_postmortem_begins() -> None:
    pinned = rules.decide(PinEntry(incident_id=INC_7, entry_position=6, **by("ana")), INITIAL)
    known = rules.fold([*pinned, started])
    assert known.author_id == started.author_id
    assert known.timeline.choices == {6: EntryChoice.PINNED}
    with pytest.raises(PostmortemNotFound):
        rules.decide(AnnotateEntry(entry_position=6, text="There", **by("ana")), INITIAL)
