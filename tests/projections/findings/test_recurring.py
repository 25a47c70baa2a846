"""What came again is found, fixes are followed, and a quiet time says nothing beyond its worth."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from events.action_item.issue import IssueStatus
from events.action_item.item import ActionItemState, ActionKind
from events.postmortem.document.branches import ENDS_AT_A_PERSON
from events.postmortem.document.publishing import HintsLeft
from projections.findings.finding import Finding, FindingState, PracticeMeasure
from projections.findings.fixes import Fix, FixVerdict, fix_text
from projections.findings.questions import question_of
from projections.findings.recurring import PastIncident, PastIncidents
from projections.metrics.quarters import MetricWindow
from tests.projections.findings.years import BEGIN, NOW, Quarter, healthy

DAY = timedelta(days=1)
REACH = 90 * DAY


def of(quarter: Quarter, measure: PracticeMeasure) -> Finding:
    return quarter.findings()[measure]


def caused(quarter: Quarter, number: int, day: float, cause: str | None = "deploy") -> UUID:
    """Let an incident of checkout have a cause, and be over after an hour."""
    at = BEGIN + day * DAY
    quarter.rows[number] = changed(
        quarter.rows[number],
        service_id="checkout",
        cause=cause,
        declared_at=at,
        resolved_at=at + timedelta(hours=1),
    )
    return quarter.rows[number].incident_id


def test_a_repeat_is_found_with_the_postmortem_that_is_missing_of_the_earlier_one() -> None:
    quarter = healthy(1)
    earlier, later = caused(quarter, 20, 10), caused(quarter, 21, 60)
    finding = of(quarter, PracticeMeasure.REPEATS)
    assert (finding.state, finding.value) == (FindingState.FOUND, 1)
    assert {one.id for one in finding.evidence} == {str(earlier), str(later)}
    assert [one.name for one in finding.evidence] == [
        "INC-22: again",
        "INC-21: it has no postmortem",
    ]
    assert question_of(finding, None).endswith("?")
    quarter.postmortem(20)
    assert [one.name for one in of(quarter, PracticeMeasure.REPEATS).evidence] == [
        "INC-22: again",
        "INC-21",
    ]


def test_what_people_say_of_a_pair_counts_and_not_what_it_looks_like() -> None:
    quarter = healthy(1)
    earlier, later = caused(quarter, 20, 10), caused(quarter, 21, 60)
    quarter.judged[later, earlier] = False
    assert of(quarter, PracticeMeasure.REPEATS).state is FindingState.OK
    other = caused(quarter, 22, 70, "network")
    quarter.judged[other, earlier] = True
    confirmed = of(quarter, PracticeMeasure.REPEATS)
    assert {one.id for one in confirmed.evidence} == {str(earlier), str(other)}


def test_what_comes_while_the_earlier_one_is_not_over_or_long_after_it_is_no_repeat() -> None:
    quarter = healthy(1)
    caused(quarter, 20, -40)
    caused(quarter, 21, 51)  # 91 days later
    assert of(quarter, PracticeMeasure.REPEATS).state is FindingState.OK
    quarter.rows[20] = changed(quarter.rows[20], resolved_at=None)
    caused(quarter, 21, 20)
    assert of(quarter, PracticeMeasure.REPEATS).state is FindingState.OK


MOMENTS = st.integers(0, 180)
INCIDENTS = st.lists(
    st.tuples(MOMENTS, st.integers(1, 30), st.sampled_from(["a", "b"]), st.sampled_from("xy")),
    max_size=12,
)


@given(INCIDENTS, st.dictionaries(st.tuples(st.integers(0, 11), st.integers(0, 11)), st.booleans()))
def test_repeats_are_those_that_each_pair_looked_at_alone_comes_to(
    drawn: list[tuple[int, int, str, str]], said: dict[tuple[int, int], bool]
) -> None:
    incidents = [
        PastIncident(
            incident_id=UUID(int=number),
            reference=f"INC-{number}",
            service_id=service,
            cause=cause,
            declared_at=BEGIN + day * DAY,
            over_at=BEGIN + (day + length) * DAY,
        )
        for number, (day, length, service, cause) in enumerate(sorted(drawn))
    ]
    judged = {(UUID(int=later), UUID(int=first)): same for (later, first), same in said.items()}
    past = PastIncidents(incidents=incidents, judged=judged)
    window = MetricWindow(BEGIN + 60 * DAY, BEGIN + 150 * DAY)

    def is_repeat(later: PastIncident, earlier: PastIncident) -> bool:
        gap = later.declared_at - (earlier.over_at or NOW)
        alike = (later.service_id, later.cause) == (earlier.service_id, earlier.cause)
        same = judged.get((later.incident_id, earlier.incident_id), alike)
        return later is not earlier and same and timedelta(0) <= gap < REACH

    wanted = {
        later.incident_id
        for later in incidents
        for earlier in incidents
        if window.begin <= later.declared_at < window.end and is_repeat(later, earlier)
    }
    assert {one.later.incident_id for one in past.repeats(window, REACH)} == wanted


def done(quarter: Quarter, incident_id: UUID, day: float, **more: Any) -> UUID:
    opened = BEGIN + (day - 5) * DAY
    return quarter.item(
        incident_id=incident_id, opened_at=opened, ended_at=BEGIN + day * DAY, **more
    )


def fix(quarter: Quarter, item_id: UUID) -> Fix:
    [one] = [each for each in quarter.record().fixes if each.item.action_item_id == item_id]
    return one


def test_the_same_again_after_its_item_was_done_is_found_and_said() -> None:
    quarter = healthy(1)
    first = caused(quarter, 20, 5)
    item = done(quarter, first, 20)
    assert of(quarter, PracticeMeasure.FIX_DID_NOT_FIX).state is FindingState.OK
    again = caused(quarter, 21, 40)
    finding = of(quarter, PracticeMeasure.FIX_DID_NOT_FIX)
    assert finding.state is FindingState.FOUND
    assert [one.id for one in finding.evidence] == [str(item), str(again)]
    followed = fix(quarter, item)
    assert followed.verdict is FixVerdict.CAME_AGAIN
    assert fix_text(followed).startswith("It came again once since it was done, in 70 days;")


def test_the_same_again_while_its_item_is_open_is_found_too() -> None:
    quarter = healthy(1)
    first = caused(quarter, 20, 5)
    open_item = {"state": ActionItemState.OPEN, "ended_at": None}
    item = quarter.item(incident_id=first, opened_at=BEGIN + 8 * DAY, **open_item)
    caused(quarter, 21, 40)
    assert of(quarter, PracticeMeasure.FIX_DID_NOT_FIX).state is FindingState.FOUND
    assert "while it is open" in fix_text(fix(quarter, item))


@pytest.mark.parametrize("state", [ActionItemState.DROPPED, ActionItemState.SUPERSEDED])
def test_what_was_not_done_or_was_to_prevent_nothing_is_not_followed(
    state: ActionItemState,
) -> None:
    quarter = healthy(1)
    first = caused(quarter, 20, 5)
    done(quarter, first, 20, state=state)
    done(quarter, first, 20, action=ActionKind.LEARN)
    assert quarter.record().fixes == ()
    assert of(quarter, PracticeMeasure.FIX_DID_NOT_FIX).state is FindingState.TOO_FEW


def test_a_quiet_quarter_after_one_incident_a_year_says_nothing_and_says_so() -> None:
    quarter = healthy(1)
    item = done(quarter, caused(quarter, 20, 5), 20)
    quiet = fix(quarter, item)
    assert quiet.verdict is FixVerdict.SAYS_NOTHING
    assert fix_text(quiet) == (
        "No repeat since, in 70 days, which says nothing yet: 0.2 were to be expected by the rate"
        " before."
    )


def test_a_quiet_time_after_many_incidents_says_something() -> None:
    quarter = healthy(1)
    first = [caused(quarter, number, number - 25) for number in range(12, 30)][-1]
    quiet = fix(quarter, done(quarter, first, 6))
    assert quiet.expected > 4
    assert quiet.chance_of_quiet < 0.05
    assert quiet.verdict is FixVerdict.QUIETER
    assert "says nothing" not in fix_text(quiet)


def test_a_branch_that_ends_at_a_person_is_found_and_is_no_hint_of_language() -> None:
    quarter = healthy(1)
    left = (HintsLeft(rule=ENDS_AT_A_PERSON, count=1),)
    planted = quarter.postmortem(12, hints_left=left)
    finding = of(quarter, PracticeMeasure.PERSON_AS_CAUSE)
    assert (finding.state, [one.id for one in finding.evidence]) == (FindingState.FOUND, [planted])
    assert of(quarter, PracticeMeasure.HINTS).value == 0


def test_whoever_changed_it_and_wrote_nothing_is_shown_and_never_found() -> None:
    quarter = healthy(1)
    change = UUID(int=77)
    planted = quarter.postmortem(12, edited_by=("responder:ana",))
    quarter.factors[-1] = changed(quarter.factors[-1], change_id=str(change))
    assert of(quarter, PracticeMeasure.OWN_CHANGE_UNHEARD).state is FindingState.TOO_FEW
    quarter.changed_by[change] = "ben"
    finding = of(quarter, PracticeMeasure.OWN_CHANGE_UNHEARD)
    assert (finding.state, [one.id for one in finding.evidence]) == (FindingState.WATCH, [planted])
    assert finding.person is None
    quarter.changed_by[change] = "ana"
    assert of(quarter, PracticeMeasure.OWN_CHANGE_UNHEARD).state is FindingState.OK


def test_an_issue_that_was_closed_without_a_word_is_found() -> None:
    quarter = healthy(1)
    assert of(quarter, PracticeMeasure.UNEXPLAINED).state is FindingState.TOO_FEW
    linked = {"tracker_id": "github", "state": ActionItemState.OPEN, "ended_at": None}
    quarter.item(issue_status=IssueStatus.OPEN, **linked)
    assert of(quarter, PracticeMeasure.UNEXPLAINED).state is FindingState.OK
    closed = quarter.item(issue_status=IssueStatus.CLOSED, **linked)
    finding = of(quarter, PracticeMeasure.UNEXPLAINED)
    assert (finding.state, [one.id for one in finding.evidence]) == (
        FindingState.FOUND,
        [str(closed)],
    )
