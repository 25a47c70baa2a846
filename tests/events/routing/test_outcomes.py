"""What rules decide besides where an alert goes: what it joins, and whether it pages at all."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from events.response_policy.policy import CapturedPolicy, When, paging_nobody
from events.response_policy.state import DefinedPolicy
from events.routing.alert_facts import AlertFacts
from events.routing.decision import JoinedBy, decided
from events.routing.refusals import RoutingRulesRefused
from events.routing.rule import Grouping, Joining, Outcome, RoutingRule
from events.values.severity import Severity
from tests.events.routing.test_routing import DISK, define, listed, rule
from tests.given import given

BY_TEAM = rule("team", outcome=Outcome(joining=Joining(key="{labels.team}")), goes_on=True)
BY_HOST = rule("host", outcome=Outcome(grouping=Grouping(fields=("labels.host",))), goes_on=True)


def test_a_key_is_filled_with_what_the_alert_says() -> None:
    assert decided([listed(BY_TEAM)], DISK).joined_by == JoinedBy(rule="team", key="storage")


def test_without_a_key_it_is_the_incident_of_the_service() -> None:
    any_open = rule("open", outcome=Outcome(joining=Joining()))
    assert decided([listed(any_open)], DISK).joined_by == JoinedBy(rule="open", key="")


def test_an_alert_that_lacks_what_the_key_is_made_of_joins_nothing() -> None:
    bare = AlertFacts(title="Disk full")
    assert decided([listed(BY_TEAM)], bare).joined_by is None


def test_joining_and_grouping_are_two_words_on_one_thing_and_the_first_counts() -> None:
    first = decided([listed(BY_TEAM, BY_HOST)], DISK)
    assert (first.joined_by is not None, first.grouped_by) == (True, None)
    second = decided([listed(BY_HOST, BY_TEAM)], DISK)
    assert (second.joined_by, second.grouped_by is not None) == (None, True)
    assert [one.said for one in second.applied] == [("grouping",), ()]


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome(joining=Joining(), grouping=Grouping()), "give one of them"),
        (Outcome(suppress=True, ticket_only=True), "there is no ticket"),
        (Outcome(suppress=True, business_hours=True), "waits for nothing"),
        (Outcome(pause=timedelta(days=2)), "at most a day"),
        (Outcome(grouping=Grouping(rolling=True)), "how long after the last"),
    ],
    ids=[
        "joined and grouped",
        "suppressed ticket",
        "suppressed and waiting",
        "too long",
        "rolls for ever",
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(outcome: Outcome, reason: str) -> None:
    rules: tuple[RoutingRule, ...] = (rule("r", outcome=outcome),)
    given().when(replace(define, rules=rules)).refused(RoutingRulesRefused, reason)


@any_of(st.sampled_from(Severity), st.sampled_from(Severity))
def test_a_ticket_pages_nobody_until_it_gets_another_severity(
    as_declared: Severity, later: Severity
) -> None:
    before: CapturedPolicy = DefinedPolicy().captured
    after = paging_nobody(before, as_declared).policy
    response = after.response_to(as_declared)
    assert (response.when, response.work_item_within is not None) == (When.NEVER, True)
    if later is not as_declared:
        assert after.response_to(later) == before.policy.response_to(later)
