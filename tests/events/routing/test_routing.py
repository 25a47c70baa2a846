"""Routing rules decide the same way every time, say why, and cannot be made to hang."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from events.actor import Actor
from events.configuration.routing_rules import (
    DefineRoutingRules,
    RoutingRulesDefined,
    RoutingRulesId,
)
from events.ids import ServiceId
from events.routing.alert_facts import AlertFacts, filled
from events.routing.condition import Comparison, Condition
from events.routing.decision import Decision, RuleList, decided, steps
from events.routing.group_key import group_key
from events.routing.refusals import RoutingRulesRefused
from events.routing.rule import Grouping, Outcome, RoutingRule, SeverityOf, SeverityTable
from events.values.severity import Severity
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DISK = AlertFacts(
    title="Disk full on db-1",
    severity="SEV3",
    source="alertmanager",
    service="checkout",
    labels={"host": "db-1", "env": "production", "team": "storage", "severity": "warning"},
    annotations={"runbook": "https://wiki.example.com/disks"},
)


def when(field: str, comparison: Comparison, *values: str, negated: bool = False) -> Condition:
    return Condition(field=field, comparison=comparison, values=values, negated=negated)


def rule(
    name: str,
    *conditions: Condition,
    expression: str = "",
    goes_on: bool = False,
    outcome: Outcome | None = None,
) -> RoutingRule:
    return RoutingRule(
        name=name,
        conditions=conditions,
        expression=expression,
        outcome=outcome or Outcome(),
        goes_on=goes_on,
    )


def listed(*rules: RoutingRule, name: str = "organisation", number: int = 1) -> RuleList:
    return RuleList(routing_rules_id=name, number=number, rules=rules)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (when("labels.host", Comparison.EQUALS, "db-1"), True),
        (when("labels.host", Comparison.EQUALS, "db"), False),
        (when("labels.host", Comparison.IN, "db-0", "db-1"), True),
        (when("title", Comparison.CONTAINS, "full"), True),
        (when("title", Comparison.CONTAINS, "FULL"), False),
        (when("title", Comparison.MATCHES, "(?i)FULL on db-[0-9]$"), True),
        (when("title", Comparison.MATCHES, "^full"), False),
        (when("severity", Comparison.EQUALS, "SEV3"), True),
        (when("annotations.runbook", Comparison.PRESENT), True),
        (when("labels.pod", Comparison.PRESENT), False),
        (when("labels.pod", Comparison.EQUALS, "x"), False),
        (when("labels.pod", Comparison.EQUALS, "x", negated=True), True),
    ],
)
def test_a_condition_compares_one_field(condition: Condition, *, holds: bool) -> None:
    assert condition.holds(DISK) is holds


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ('labels.env == "production" && title.contains("Disk")', True),
        ('has(labels.pod) && labels.pod == "x"', False),
        ('"pod" in labels ? false : severity in ["SEV3", "SEV4"]', True),
        ("labels.pod == 'x'", False),  # the alert has no such label: no answer
        ("size(title)", False),  # neither true nor false
    ],
)
def test_an_expression_looks_at_several_fields(expression: str, *, holds: bool) -> None:
    [step] = steps([listed(rule("only", expression=expression))], DISK)
    assert step.matches is holds


def test_the_first_rule_that_matches_ends_it() -> None:
    first = rule("first", outcome=Outcome(severity=Severity.SEV1))
    second = rule("second", outcome=Outcome(title="Never"))
    made = decided([listed(first, second)], DISK)
    assert (made.severity, made.title) == (Severity.SEV1, "")


def test_the_first_word_counts_and_each_list_has_its_turn() -> None:
    mine = rule("mine", outcome=Outcome(severity=Severity.SEV1), goes_on=True)
    ours = rule("ours", outcome=Outcome(severity=Severity.SEV4, title="{labels.host}: {title}"))
    lists = [listed(mine, name="integration.a", number=3), listed(ours)]
    made = decided(lists, DISK)
    assert (made.severity, made.title) == (Severity.SEV1, "db-1: Disk full on db-1")
    assert [(one.routing_rules_id, one.number, one.rule, one.said) for one in made.applied] == [
        ("integration.a", 3, "mine", ("severity",)),
        ("organisation", 1, "ours", ("title",)),
    ]


def test_a_table_gives_the_severity_that_a_word_means_and_leaves_others_open() -> None:
    words = (SeverityOf(word="Warning", severity=Severity.SEV2),)
    table = rule(
        "table",
        outcome=Outcome(severity_table=SeverityTable(field="labels.severity", words=words)),
        goes_on=True,
    )
    default = rule("default", outcome=Outcome(severity=Severity.SEV4))
    assert decided([listed(table, default)], DISK).severity is Severity.SEV2
    other = replace(DISK, labels={"severity": "odd"})
    assert decided([listed(table, default)], other).severity is Severity.SEV4


def test_an_explanation_names_the_first_thing_that_does_not_hold() -> None:
    staging = rule(
        "staging",
        when("title", Comparison.PRESENT),
        when("labels.env", Comparison.EQUALS, "staging"),
        when("labels.host", Comparison.PRESENT),
    )
    [step] = steps([listed(staging)], DISK)
    assert [(one.asks, one.found, one.holds) for one in step.checks] == [
        ("title present", "Disk full on db-1", True),
        ("labels.env equals staging", "production", False),
    ]


def test_alerts_are_grouped_by_what_their_fields_say() -> None:
    by_host = rule("by host", outcome=Outcome(grouping=Grouping(fields=("labels.host",))))

    def key_of(facts: AlertFacts) -> str:
        made = decided([listed(by_host)], facts)
        assert made.grouped_by is not None
        return group_key(made.grouped_by, facts)

    other = replace(DISK, title="Disk slow on db-1")
    assert key_of(DISK) == key_of(other)
    assert key_of(DISK) != key_of(replace(DISK, labels={"host": "db-2"}))
    assert key_of(replace(DISK, labels={})) != key_of(replace(DISK, labels={"host": ""}))


def test_a_label_cannot_name_another_field() -> None:
    assert filled("{title}", replace(DISK, title="{labels.host}")) == "{labels.host}"


@any_of(
    st.text(max_size=200), st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=5)
)
def test_no_alert_can_break_a_rule(title: str, labels: dict[str, str]) -> None:
    rules = listed(
        rule("a", when("title", Comparison.MATCHES, "(a+)+$"), goes_on=True),
        rule("b", expression='labels["x"] == title || int(title) > 3', goes_on=True),
        rule("c", outcome=Outcome(title="{title}", grouping=Grouping(fields=("labels.x",)))),
    )
    facts = AlertFacts(title=title, labels=labels)
    assert decided([rules], facts) == decided([rules], facts)


@any_of(st.lists(st.booleans(), max_size=6))
def test_a_decision_is_made_of_the_rules_up_to_the_one_that_ends_it(go_on: list[bool]) -> None:
    rules = [rule(str(n), goes_on=on, outcome=Outcome(suppress=True)) for n, on in enumerate(go_on)]
    ends = go_on.index(False) + 1 if False in go_on else len(go_on)
    made = decided([listed(*rules)], DISK)
    assert [one.rule for one in made.applied] == [str(n) for n in range(ends)]


def test_without_rules_nothing_changes() -> None:
    assert decided([], DISK) == Decision()


define = DefineRoutingRules(
    routing_rules_id=RoutingRulesId("team.storage"),
    rules=(rule("checkout", outcome=Outcome(service_id=ServiceId("checkout"))),),
    actor=Actor(principal="api_key:root", is_admin=True),
    at=NOW,
)
defined = RoutingRulesDefined(
    routing_rules_id=define.routing_rules_id,
    rules=define.rules,
    defined_by="api_key:root",
    defined_at=NOW,
)


def test_rules_are_defined_once_and_again_when_they_change() -> None:
    given().when(define).then(defined)
    given(defined).when(define).then_nothing()
    given(defined).when(replace(define, rules=())).then(replace(defined, rules=()))


TABLE = SeverityTable(field="title", words=(SeverityOf(word="x", severity=Severity.SEV1),))


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (rule("r", when("colour", Comparison.PRESENT)), "no field colour"),
        (rule("r", when("title", Comparison.EQUALS)), "needs something to compare"),
        (rule("r", when("title", Comparison.EQUALS, "a", "b")), "use 'in'"),
        (rule("r", when("title", Comparison.PRESENT, "a")), "leave out its values"),
        (rule("r", when("title", Comparison.MATCHES, "(")), "no regular expression"),
        (rule("r", when("title", Comparison.MATCHES, "((a{1000}){1000})")), "no regular"),
        (rule("r", when("title", Comparison.MATCHES, r"(a)\1")), "no regular expression"),
        (rule("r", expression="1 +"), "no CEL expression"),
        (rule("r", expression="(" * 400 + "true" + ")" * 399), "no CEL expression"),
        (rule("r", expression="true" + " && true" * 200), "at most 1000"),
        (rule("r", expression="labels.exists(k, true)"), "must not loop"),
        (rule("r", expression="labels.all(title, title == 'x')"), "must not loop"),
        (rule("r", expression="[title].map(title, title) == []"), "must not loop"),
        (rule("r", expression="[title].filter(title, true) == []"), "must not loop"),
        (rule("r", expression="[title].existsOne(title, true)"), "must not loop"),
        (rule("r", expression="title + title == 'x'"), "must not loop"),
        (rule("r", expression="title.matches('(a+)+')"), "must not loop"),
        (rule("r", expression="colour == 'red'"), "has no colour"),
        (rule("r", goes_on=True), "changes nothing"),
        (
            rule("r", outcome=Outcome(severity=Severity.SEV1, severity_table=TABLE)),
            "not both",
        ),
        (
            rule("r", outcome=Outcome(severity_table=replace(TABLE, words=TABLE.words * 2))),
            "twice: x",
        ),
        (rule("r", outcome=Outcome(grouping=Grouping(fields=("x",)))), "no field x"),
        (
            rule("r", outcome=Outcome(grouping=Grouping(window=timedelta(seconds=1)))),
            "at least a minute",
        ),
    ],
)
def test_a_rule_that_cannot_work_is_refused(refused: RoutingRule, reason: str) -> None:
    given().when(replace(define, rules=(refused,))).refused(RoutingRulesRefused, reason)


def test_two_rules_by_one_name_and_lists_of_nobody_are_refused() -> None:
    twice = replace(define, rules=define.rules * 2)
    given().when(twice).refused(RoutingRulesRefused, "twice: checkout")
    nobody = replace(define, routing_rules_id=RoutingRulesId("storage"))
    given().when(nobody).refused(RoutingRulesRefused, "no routing rules 'storage'")
