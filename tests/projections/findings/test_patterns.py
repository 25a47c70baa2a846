"""Each anti-pattern is found where it was planted, and a healthy team is left alone."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from events.action_item.item import ActionItemState, Priority
from events.learning_policy.thresholds import HeroThresholds
from events.postmortem.document.publishing import HintsLeft, Missing
from events.postmortem.state import PostmortemState
from events.wording.hints import hints_in
from projections.findings.finding import Finding, FindingState, Pattern, PracticeMeasure
from projections.findings.judging import fewest_for_half, rated, share, tail
from projections.findings.patterns import OF_PATTERN, PATTERN_OF, all_findings
from projections.findings.questions import WORDS, question_of
from projections.practice.loudest import AlertOutcome
from tests.projections.findings.years import HERO, NOW, TEAM, Quarter, healthy

HERO_RULES = HeroThresholds()
CALM = {FindingState.OK, FindingState.TOO_FEW}
SEEDS = range(100)


def found(quarter: Quarter, measure: PracticeMeasure) -> Finding:
    finding = quarter.findings()[measure]
    assert finding.state is FindingState.FOUND, finding
    return finding


def test_a_healthy_quarter_is_left_alone_in_95_of_100_by_each_pattern() -> None:
    disturbed = dict.fromkeys(Pattern, 0)
    for seed in SEEDS:
        states: dict[Pattern, set[FindingState]] = {}
        for one in all_findings(healthy(seed).record()):
            states.setdefault(PATTERN_OF[one.measure], set()).add(one.state)
        for pattern, those in states.items():
            disturbed[pattern] += not those <= CALM
    assert {pattern: number for pattern, number in disturbed.items() if number > 5} == {}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_who_does_most_of_it_is_found_with_what_they_did(seed: int) -> None:
    quarter = healthy(seed)
    planted = {str(quarter.incident(by=HERO, outcome=AlertOutcome.WORKED)) for _ in range(40)}
    for measure in (
        PracticeMeasure.ACKNOWLEDGEMENTS,
        PracticeMeasure.COMMANDS,
        PracticeMeasure.MITIGATIONS,
        PracticeMeasure.OFF_DUTY,
    ):
        finding = found(quarter, measure)
        assert planted & {one.id for one in finding.evidence}
        assert finding.person in {HERO, None}
    assert found(quarter, PracticeMeasure.ACKNOWLEDGEMENTS).person == HERO
    assert planted <= {one.id for one in found(quarter, PracticeMeasure.MITIGATIONS).evidence}
    assert quarter.findings()[PracticeMeasure.BUS_FACTOR].state is FindingState.FOUND


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_alerts_that_ask_for_nothing_are_found_with_what_they_opened(seed: int) -> None:
    quarter = healthy(seed)
    planted = {str(quarter.incident(outcome=AlertOutcome.ACKNOWLEDGED)) for _ in range(500)}
    assert planted <= {one.id for one in found(quarter, PracticeMeasure.NOTHING_DONE).evidence}
    assert planted <= {one.id for one in found(quarter, PracticeMeasure.ACTIONABLE).evidence}
    assert planted & {one.id for one in found(quarter, PracticeMeasure.INTERRUPTIONS).evidence}
    assert planted & {one.id for one in found(quarter, PracticeMeasure.BROKEN_NIGHTS).evidence}


def test_answers_that_take_three_times_as_long_as_before_are_found() -> None:
    quarter = Quarter(1, slower=3)
    for _ in range(30):
        quarter.incident()
    finding = found(quarter, PracticeMeasure.SLOWER)
    assert finding.value is not None
    assert finding.value > 2
    assert healthy(1).findings()[PracticeMeasure.SLOWER].state is FindingState.OK


def test_items_that_nobody_does_are_found_and_dropped_ones_are_not() -> None:
    quarter = healthy(1)
    idle = {"state": ActionItemState.OPEN, "ended_at": None, "started_at": None}
    long_ago = (NOW - timedelta(days=20)).date()
    late = {str(quarter.item(**idle, due_on=long_ago, priority=Priority.P1)) for _ in range(9)}
    for measure in (
        PracticeMeasure.OVERDUE_URGENT,
        PracticeMeasure.OVERDUE,
        PracticeMeasure.ON_TIME,
        PracticeMeasure.NEVER_STARTED,
    ):
        assert {one.id for one in found(quarter, measure).evidence} == late
    dropping = healthy(1)
    for _ in range(9):
        dropping.item(state=ActionItemState.DROPPED, due_on=long_ago)
    assert dropping.findings()[PracticeMeasure.ON_TIME].state is FindingState.OK


def test_an_incident_that_nobody_wrote_of_is_found_once_its_time_is_over() -> None:
    quarter = healthy(1)
    at = NOW - timedelta(days=15)
    quarter.rows[20] = changed(quarter.rows[20], declared_at=at, resolved_at=at)
    quarter.rows[21] = changed(quarter.rows[21], declared_at=NOW, resolved_at=NOW)
    finding = found(quarter, PracticeMeasure.MISSING)
    assert [one.id for one in finding.evidence] == [str(quarter.rows[20].incident_id)]
    quarter.postmortem(20, state=PostmortemState.WAIVED, first_published_at=None)
    assert quarter.findings()[PracticeMeasure.MISSING].state is FindingState.OK


def test_postmortems_that_are_waived_or_say_no_cause_are_found() -> None:
    quarter = healthy(1)
    unknown = {quarter.postmortem(number, explained=False) for number in range(12, 18)}
    assert {one.id for one in found(quarter, PracticeMeasure.NO_CAUSE).evidence} == unknown
    waived = {
        quarter.postmortem(number, state=PostmortemState.WAIVED, first_published_at=None)
        for number in range(18, 26)
    }
    assert {one.id for one in found(quarter, PracticeMeasure.WAIVED).evidence} == waived


def test_postmortems_that_name_people_or_leave_many_hints_are_found() -> None:
    quarter = healthy(1)
    hints = (HintsLeft(rule="name", count=1), HintsLeft(rule="judgement", count=20))
    planted = quarter.postmortem(12, hints_left=hints)
    for measure in (PracticeMeasure.NAMES, PracticeMeasure.HINTS):
        assert [one.id for one in found(quarter, measure).evidence] == [planted]


def test_postmortems_that_nobody_wrote_or_read_in_earnest_are_found() -> None:
    quarter = healthy(1)
    unread = quarter.postmortem(12, missing=(Missing.REVIEW,))
    assert [one.id for one in found(quarter, PracticeMeasure.UNREVIEWED).evidence] == [unread]
    hasty = quarter.postmortem(13, spans=1, words_by_people=12)
    assert [one.id for one in found(quarter, PracticeMeasure.HASTY).evidence] == [hasty]


def test_a_due_date_that_was_moved_three_times_is_found() -> None:
    quarter = healthy(1)
    moved = quarter.item(moves=3)
    assert [one.id for one in found(quarter, PracticeMeasure.DUE_MOVED).evidence] == [str(moved)]


def test_a_promise_to_be_more_careful_is_found_by_its_words() -> None:
    quarter = healthy(1)
    promise = quarter.item(text="Be more careful with migrations")
    assert [one.id for one in found(quarter, PracticeMeasure.PROMISES).evidence] == [str(promise)]


def test_a_rotation_of_fewer_than_six_is_found() -> None:
    quarter = Quarter(1, team=TEAM[:4])
    quarter.incident()
    finding = found(quarter, PracticeMeasure.SMALL_ROTATION)
    assert (finding.value, finding.about) == (4, "shop")


def test_in_a_team_of_six_seven_of_ten_are_found_and_six_of_ten_or_three_of_five_are_not() -> None:
    assert share(7, 10, 6, HERO_RULES) is FindingState.FOUND
    assert share(6, 10, 6, HERO_RULES) is FindingState.WATCH
    assert share(3, 5, 6, HERO_RULES) is FindingState.TOO_FEW


@given(st.integers(0, 5), st.integers(2, 50), st.data())
def test_five_incidents_alone_never_tell_anything_of_a_share(
    whole: int, people: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, whole))
    assert share(part, whole, people, HERO_RULES) is FindingState.TOO_FEW


@given(st.integers(6, 200), st.integers(2, 20), st.data())
def test_a_larger_share_is_never_less_of_a_finding(
    whole: int, people: int, data: st.DataObject
) -> None:
    order = [FindingState.OK, FindingState.WATCH, FindingState.FOUND]
    part = data.draw(st.integers(1, whole))
    smaller, larger = (
        order.index(share(one, whole, people, HERO_RULES)) for one in (part - 1, part)
    )
    assert smaller <= larger


def test_two_silent_pages_of_35_are_nothing_to_ask_about_and_four_are() -> None:
    assert rated(2, 35, 10) is FindingState.OK
    assert rated(4, 35, 10) is FindingState.WATCH
    assert rated(7, 35, 10) is FindingState.FOUND
    assert rated(5, 9, 10) is FindingState.TOO_FEW
    assert rated(9, 10, 20) is FindingState.FOUND


@given(st.integers(10, 300), st.integers(2, 60), st.data())
def test_a_larger_part_is_never_less_of_a_finding(
    whole: int, threshold: int, data: st.DataObject
) -> None:
    order = [FindingState.OK, FindingState.WATCH, FindingState.FOUND]
    part = data.draw(st.integers(1, whole))
    smaller, larger = (order.index(rated(one, whole, threshold)) for one in (part - 1, part))
    assert smaller <= larger


@given(st.integers(0, 40), st.integers(1, 40), st.fractions(0, 1, max_denominator=20))
def test_the_tail_is_that_of_every_single_way(part: int, whole: int, chance: Fraction) -> None:
    ways = sum(
        comb(whole, one) * chance**one * (1 - chance) ** (whole - one)
        for one in range(part, whole + 1)
    )
    assert tail(part, whole, chance) == pytest.approx(float(ways), abs=1e-12)


def test_the_tail_of_a_coin_is_that_of_the_tables() -> None:
    assert tail(8, 10, Fraction(1, 2)) == pytest.approx(0.0546875)
    assert tail(0, 10, Fraction(1, 6)) == 1


@given(st.lists(st.integers(1, 30), min_size=1, max_size=12))
def test_the_bus_factor_is_the_fewest_who_did_half(parts: list[int]) -> None:
    fewest = fewest_for_half(parts)
    largest = sorted(parts, reverse=True)
    assert 2 * sum(largest[:fewest]) >= sum(parts)
    assert 2 * sum(largest[: fewest - 1]) < sum(parts)


def test_every_measure_belongs_to_a_pattern_and_has_its_words() -> None:
    assert sorted(PATTERN_OF) == sorted(PracticeMeasure)
    assert sum(map(len, OF_PATTERN.values())) == len(PracticeMeasure)
    assert {*WORDS} == {*PracticeMeasure}


def test_no_finding_blames_anybody_by_the_rules_that_people_write_by() -> None:
    for says, asks in WORDS.values():
        text = f"{says} {asks}"
        assert hints_in(text, "root_cause") == ()
        assert asks.endswith("?")


def test_a_finding_names_a_person_only_to_whom_it_may_be() -> None:
    quarter = healthy(1)
    for _ in range(40):
        quarter.incident(by=HERO)
    finding = found(quarter, PracticeMeasure.ACKNOWLEDGEMENTS)
    assert question_of(finding, HERO).startswith("cem took ")
    assert question_of(finding, None).startswith("One person took ")
    calm = replace(finding, state=FindingState.OK)
    assert "?" not in question_of(calm, None)
