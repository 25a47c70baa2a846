"""Two incidents are one, or one is the child of another: both know it, and no circle can close."""

from dataclasses import replace
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from events.actor import actor_named
from events.errors import (
    ChildrenOpen,
    CommandRejected,
    DrillStaysApart,
    HasChildren,
    HasParent,
    IncidentEnded,
    MergedIntoAnother,
    ReasonRequired,
    RelatedToItself,
    RelationUnderWay,
)
from events.ids import IncidentId
from events.incident.commands import CloseIncident, IncidentCommand
from events.incident.decide import incident_decider
from events.incident.events import IncidentEvent
from events.incident.modes import Mode
from events.incident.phases import Phase
from events.incident.relations.commands import (
    AbsorbDuplicate,
    AdoptChild,
    ConcludeRequest,
    LinkParent,
    MergeIncident,
    ReleaseChild,
    UnlinkParent,
)
from events.incident.relations.events import (
    ChildLinked,
    ChildrenLeftOpen,
    ChildUnlinked,
    DuplicateAbsorbed,
    IncidentMergeBegun,
    IncidentMerged,
    IncidentMergeRefused,
    ParentLinked,
    ParentRequested,
    ParentUnlinked,
)
from events.incident.relations.requests import requests
from tests.events.incident.story import (
    ANA,
    BEN,
    INC_7,
    NOW,
    ana,
    closed,
    declared,
    decline,
    in_phase,
    joined,
    resolve,
    resolved,
)
from tests.given import given

INC_8, INC_9 = (IncidentId(UUID(int=number)) for number in (8, 9))
BY_ANA = "responder:ana"

merge = MergeIncident(
    into_incident_id=INC_8, into_reference="INC-8", reason="Same database.", actor=ana, at=NOW
)
merge_begun = IncidentMergeBegun(
    incident_id=INC_7,
    number=1,
    into_incident_id=INC_8,
    into_reference="INC-8",
    reason="Same database.",
    begun_by=BY_ANA,
    begun_at=NOW,
)
merged = IncidentMerged(
    incident_id=INC_7,
    into_incident_id=INC_8,
    into_reference="INC-8",
    reason="Same database.",
    merged_by=BY_ANA,
    merged_at=NOW,
)
absorb = AbsorbDuplicate(
    duplicate_incident_id=INC_9,
    duplicate_reference="INC-9",
    drill=False,
    responders=(ANA, BEN),
    reason="Same database.",
    actor=ana,
    at=NOW,
)
absorbed = DuplicateAbsorbed(
    incident_id=INC_7,
    duplicate_incident_id=INC_9,
    duplicate_reference="INC-9",
    reason="Same database.",
    absorbed_by=BY_ANA,
    absorbed_at=NOW,
)
link = LinkParent(parent_incident_id=INC_8, parent_reference="INC-8", actor=ana, at=NOW)
requested = ParentRequested(
    incident_id=INC_7,
    number=1,
    parent_incident_id=INC_8,
    parent_reference="INC-8",
    requested_by=BY_ANA,
    requested_at=NOW,
)
linked = ParentLinked(
    incident_id=INC_7,
    parent_incident_id=INC_8,
    parent_reference="INC-8",
    linked_by=BY_ANA,
    linked_at=NOW,
)
unlinked = ParentUnlinked(
    incident_id=INC_7,
    number=2,
    parent_incident_id=INC_8,
    parent_reference="INC-8",
    unlinked_by=BY_ANA,
    unlinked_at=NOW,
)
adopt = AdoptChild(child_incident_id=INC_9, child_reference="INC-9", drill=False, actor=ana, at=NOW)
child = ChildLinked(
    incident_id=INC_7,
    child_incident_id=INC_9,
    child_reference="INC-9",
    linked_by=BY_ANA,
    linked_at=NOW,
)


def answered(refusal: str | None = None, number: int = 1) -> ConcludeRequest:
    return ConcludeRequest(number=number, refusal=refusal, actor=ana, at=NOW)


def test_a_merge_begins_with_asking_the_other_incident() -> None:
    given(declared).when(merge).then(merge_begun)
    given(declared, merge_begun).when(merge).then_nothing()


def test_what_the_other_incident_is_asked_names_this_one_and_its_people() -> None:
    incident = incident_decider.fold(
        [declared, joined(BEN, BY_ANA), joined(ANA, BY_ANA), merge_begun]
    )
    (request,) = requests(incident)
    assert (request.to, request.number) == (INC_8, 1)
    assert request.command == replace(
        absorb,
        duplicate_incident_id=INC_7,
        duplicate_reference="INC-7",
        actor=actor_named(BY_ANA),
    )


def test_once_the_other_has_agreed_the_duplicate_is_over() -> None:
    given(declared, merge_begun).when(answered()).then(merged)
    assert incident_decider.fold([declared, merge_begun, merged]).ended


def test_an_answer_counts_once_and_only_for_its_own_request() -> None:
    given(declared, merge_begun, merged).when(answered()).then_nothing()
    given(declared, merge_begun).when(answered(number=2)).then_nothing()
    given(declared).when(answered()).then_nothing()


def test_a_refused_merge_leaves_the_incident_as_it_was_and_can_be_tried_again() -> None:
    refused = IncidentMergeRefused(
        incident_id=INC_7,
        into_incident_id=INC_8,
        into_reference="INC-8",
        reason="INC-8 was closed.",
        refused_at=NOW,
    )
    given(declared, merge_begun).when(answered("INC-8 was closed.")).then(refused)
    again = replace(merge_begun, number=2)
    given(declared, merge_begun, refused).when(merge).then(again)


def test_every_later_command_is_refused_and_told_where_to_go() -> None:
    life = (declared, merge_begun, merged)
    refusal = (
        given(*life)
        .when(decline())
        .refused(MergedIntoAnother, "INC-7 was merged into INC-8: go there")
    )
    assert refusal.facts == {"into": "INC-8", "incident": f"/v1/incidents/{INC_8}"}
    given(*life).when(replace(merge, into_incident_id=INC_9)).refused(MergedIntoAnother)
    given(*life).when(merge).then_nothing()


def test_an_incident_is_not_merged_into_itself_nor_without_a_reason() -> None:
    given(declared).when(replace(merge, into_incident_id=INC_7)).refused(RelatedToItself)
    given(declared).when(replace(merge, reason=" ")).refused(ReasonRequired, "how you know")


def test_a_duplicate_is_taken_over_with_its_people_once() -> None:
    life = (declared, joined(ANA, BY_ANA))
    given(*life).when(absorb).then(absorbed, joined(BEN, BY_ANA))
    given(*life, absorbed).when(absorb).then_nothing()


def test_who_has_agreed_still_agrees_when_it_is_over() -> None:
    given(*in_phase(Phase.POSTMORTEM), absorbed, closed).when(absorb).then_nothing()


def test_an_incident_that_is_over_or_leaving_takes_nobody_over() -> None:
    given(*in_phase(Phase.POSTMORTEM), closed).when(absorb).refused(IncidentEnded)
    given(declared, merge_begun, merged).when(absorb).refused(MergedIntoAnother)
    given(declared, merge_begun).when(absorb).refused(RelationUnderWay, "merged into INC-8")


@pytest.mark.parametrize("asked", [absorb, adopt], ids=["a merge", "a link"])
def test_a_drill_and_a_real_incident_stay_apart(asked: AbsorbDuplicate | AdoptChild) -> None:
    given(declared).when(replace(asked, drill=True)).refused(
        DrillStaysApart, "INC-9 is a drill and stays one", allowed=["declare"]
    )
    given(replace(declared, mode=Mode.DRILL)).when(asked).refused(
        DrillStaysApart, "INC-7 is a drill and stays one", allowed=["declare"]
    )


def test_an_incident_does_not_end_while_it_waits_for_an_answer() -> None:
    given(declared, merge_begun).when(decline()).refused(RelationUnderWay, "ask again")
    given(*in_phase(Phase.POSTMORTEM), requested).when(CloseIncident(actor=ana, at=NOW)).refused(
        RelationUnderWay, "linked to INC-8"
    )


def test_a_child_asks_its_parent_and_both_know_it() -> None:
    given(declared).when(link).then(requested)
    given(declared, requested).when(link).then_nothing()
    given(declared, requested).when(answered()).then(linked)
    given(declared, requested, linked).when(link).then_nothing()
    given(declared).when(adopt).then(child)
    given(declared, child).when(adopt).then_nothing()


def test_children_are_one_generation_deep() -> None:
    given(declared, child).when(link).refused(HasChildren, "INC-9")
    given(declared, requested, linked).when(adopt).refused(HasParent, "a child of INC-8")
    given(declared, requested).when(adopt).refused(RelationUnderWay)
    other = replace(link, parent_incident_id=INC_9, parent_reference="INC-9")
    given(declared, requested, linked).when(other).refused(HasParent, "unlink it first")
    given(declared, child).when(merge).refused(HasChildren, "unlink them first")


def test_a_child_leaves_and_asks_the_parent_to_release_it_until_it_comes_back() -> None:
    life = (declared, requested, linked)
    leave = UnlinkParent(actor=ana, at=NOW)
    given(*life).when(leave).then(unlinked)
    given(*life, unlinked).when(leave).then_nothing()
    (told,) = requests(incident_decider.fold([*life, unlinked]))
    assert told.to == INC_8
    back = replace(requested, number=3)
    (asked,) = requests(incident_decider.fold([*life, unlinked, back]))
    assert isinstance(asked.command, AdoptChild), "the parent must not release what came back"


def test_the_parent_lets_a_child_go_once() -> None:
    (told,) = requests(incident_decider.fold([declared, requested, linked, unlinked]))
    assert isinstance(told.command, ReleaseChild)
    release = replace(told.command, child_incident_id=INC_9)
    gone = ChildUnlinked(
        incident_id=INC_7,
        child_incident_id=INC_9,
        child_reference="INC-9",
        unlinked_by=BY_ANA,
        unlinked_at=NOW,
    )
    given(declared, child).when(release).then(gone)
    given(declared, child, gone).when(release).then_nothing()


def test_a_parent_is_resolved_over_open_children_only_with_a_reason() -> None:
    asked = replace(resolve(), open_children=("INC-9",))
    given(*in_phase(Phase.RESOLUTION), child).when(asked).refused(
        ChildrenOpen, "Still open: INC-9", allowed=["resolve"]
    )
    left = ChildrenLeftOpen(
        incident_id=INC_7,
        child_references=("INC-9",),
        reason="Its cause is another one.",
        left_open_by=BY_ANA,
        left_open_at=NOW,
    )
    given(*in_phase(Phase.RESOLUTION), child).when(
        replace(asked, open_children_reason="Its cause is another one.")
    ).then(left, resolved)


class Several:
    """Some incidents whose questions and answers travel in any order, some of them twice."""

    def __init__(self, count: int) -> None:
        self.ids = [IncidentId(UUID(int=100 + number)) for number in range(count)]
        self.incidents = {
            one: incident_decider.fold(
                [replace(declared, incident_id=one, reference=f"INC-{one.int}")]
            )
            for one in self.ids
        }

    def give(self, to: IncidentId, command: IncidentCommand) -> str | None:
        try:
            events: list[IncidentEvent] = incident_decider.decide(command, self.incidents[to])
        except CommandRejected as refusal:
            return refusal.detail
        self.incidents[to] = incident_decider.fold(events, self.incidents[to])
        return None

    def carry(self, asker: IncidentId) -> None:
        """Carry one question of an incident to the other one, and the answer back."""
        for request in list(requests(self.incidents[asker]))[:1]:
            refusal = self.give(request.to, request.command)
            self.give(
                asker, ConcludeRequest(number=request.number, refusal=refusal, actor=ana, at=NOW)
            )

    def roots(self) -> None:
        """Follow every incident to where it went: each way must have an end."""
        for one in self.ids:
            seen: set[IncidentId] = set()
            here: IncidentId | None = one
            while here is not None:
                assert here not in seen, "incidents were merged in a circle"
                seen.add(here)
                into = self.incidents[here].relations.merged_into
                here = into.incident_id if into else None


pairs = st.sampled_from(list(permutations(range(3), 2)))
steps = st.one_of(
    st.tuples(st.just("merge"), pairs),
    st.tuples(st.just("link"), pairs),
    st.tuples(st.just("carry"), pairs),
)


@each(st.lists(steps, max_size=12))
def test_however_requests_cross_no_circle_closes_and_both_sides_agree(
    asked: list[tuple[str, tuple[int, int]]],
) -> None:
    world = Several(3)
    for what, (first, second) in asked:
        here, there = world.ids[first], world.ids[second]
        if what == "carry":
            world.carry(here)
        elif what == "merge":
            world.give(here, replace(merge, into_incident_id=there, into_reference="INC"))
        else:
            world.give(here, replace(link, parent_incident_id=there, parent_reference="INC"))
        world.roots()
    for _ in world.ids:
        for one in world.ids:
            world.carry(one)
    world.roots()
    for one, incident in world.incidents.items():
        relations = incident.relations
        assert relations.request is None
        if relations.merged_into is not None:
            into = world.incidents[relations.merged_into.incident_id]
            assert one in {kin.incident_id for kin in into.relations.duplicates}
        if relations.parent is not None:
            parent = world.incidents[relations.parent.incident_id]
            assert one in {child.incident_id for child in parent.relations.children}
            assert not relations.children, "a child has children"
        for kin in relations.duplicates:
            assert world.incidents[kin.incident_id].relations.merged_into is not None
