"""Routing rule views: rules as bodies bring them and answers show them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Final

from msgspec.structs import asdict
from pydantic import Field

from events.ids import EscalationPolicyId, IncidentTypeId, ServiceId
from events.routing.condition import Comparison, Condition
from events.routing.rule import Grouping, Joining, Outcome, RoutingRule, SeverityOf, SeverityTable
from events.routing.typed import FieldText
from events.values.severity import Severity
from projections.configuration.routing_rules import RoutingRulesRow
from services.api.http.formats import Choice, Line, Name, Strict, View
from services.api.views.rows import shows

MOST_RULES: Final = 200
MOST_CONDITIONS: Final = 20
MOST_VALUES: Final = 200
LONGEST: Final = 1_000  # characters of a value or an expression

type FieldName = Annotated[
    str, Field(max_length=200, description="title, severity, service, labels.NAME, ...")
]
type Compared = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class RoutingConditionBody(Strict):
    """One field of an alert, and what it has to say."""

    field: FieldName
    comparison: Choice[Comparison]
    values: Annotated[tuple[Compared, ...], Field(strict=False, max_length=MOST_VALUES)] = ()
    negated: bool = False


class SeverityOfBody(Strict):
    """A word, and the severity that it means."""

    word: Line
    severity: Choice[Severity]


class SeverityTableBody(Strict):
    """Which severity the word of a field means."""

    field: FieldName
    words: Annotated[tuple[SeverityOfBody, ...], Field(strict=False, max_length=MOST_VALUES)]


class GroupingBody(Strict):
    """Alerts that say the same in each of these fields are one incident."""

    fields: Annotated[tuple[FieldName, ...], Field(strict=False, max_length=20)] = ()
    window_seconds: Annotated[
        int | None,
        Field(description="From the group's first alert on; null: while its incident is open."),
    ] = None
    rolling: Annotated[
        bool, Field(description="From the last alert that came to the group, not from the first.")
    ] = False


class JoiningBody(Strict):
    """The open incident that an alert joins, if there is one; else it opens one."""

    key: Annotated[
        str,
        Field(
            max_length=200,
            description="May hold {labels.cluster} and other fields: whatever says the same key"
            " shares one incident. Empty: the newest open incident of the service.",
        ),
    ] = ""


class OutcomeBody(Strict):
    """What becomes of an alert; what is left out, a later rule or the sender says."""

    title: Annotated[
        str,
        Field(max_length=200, description="May hold {title}, {labels.host} and other fields."),
    ] = ""
    severity: Choice[Severity] | None = None
    severity_table: SeverityTableBody | None = None
    service_id: Name | None = None
    escalation_policy_id: Name | None = None
    grouping: GroupingBody | None = None
    joining: JoiningBody | None = None
    incident_type_id: Annotated[
        Name | None, Field(description="Of the incident that the alert opens.")
    ] = None
    fields: Annotated[
        dict[Name, Annotated[tuple[Compared, ...], Field(strict=False, max_length=MOST_VALUES)]],
        Field(
            default_factory=dict,
            max_length=100,
            description="Of its type, by field: texts, which may hold {labels.region} and others.",
        ),
    ]
    ticket_only: Annotated[
        bool, Field(description="Its incident is a work item for the queue, and pages nobody.")
    ] = False
    pause_seconds: Annotated[
        int | None, Field(description="It has to fire for so long before it opens an incident.")
    ] = None
    business_hours: Annotated[
        bool, Field(description="It waits for the business hours of its service's response policy.")
    ] = False
    suppress: Annotated[
        bool, Field(description="The alert is kept and shown, and opens no incident.")
    ] = False


class RoutingRuleBody(Strict):
    """One rule: every condition has to hold, and its expression has to be true."""

    name: Line
    conditions: Annotated[
        tuple[RoutingConditionBody, ...], Field(strict=False, max_length=MOST_CONDITIONS)
    ] = ()
    expression: Annotated[
        str, Field(max_length=LONGEST, description="CEL, without loops; empty: none.")
    ] = ""
    outcome: OutcomeBody = OutcomeBody(fields={})
    goes_on: Annotated[
        bool, Field(description="Whether the rules behind it are asked after it matched.")
    ] = False


EXAMPLE: Final = {
    "rules": [
        {
            "name": "Staging is never urgent",
            "conditions": [{"field": "labels.env", "comparison": "equals", "values": ["staging"]}],
            "outcome": {"severity": "SEV4"},
        },
        {
            "name": "Disks by host",
            "conditions": [{"field": "title", "comparison": "matches", "values": ["(?i)disk"]}],
            "expression": 'has(labels.host) && !labels.host.startsWith("test-")',
            "outcome": {
                "severity": "SEV2",
                "grouping": {"fields": ["labels.host"], "window_seconds": 3600},
            },
        },
    ]
}


class RoutingRulesBody(Strict, json_schema_extra={"examples": [EXAMPLE]}):
    """The rules of a list, in the order in which they are asked."""

    rules: Annotated[tuple[RoutingRuleBody, ...], Field(strict=False, max_length=MOST_RULES)]


@shows(RoutingRulesRow)
class RoutingRulesView(View):
    """A list of routing rules."""

    rules: list[RoutingRuleBody]


class RoutingRulesList(View):
    """Every list of routing rules, by id."""

    routing_rules: list[RoutingRulesView]


def view_of(row: RoutingRulesRow) -> RoutingRulesView:
    """Return a list as answers show it."""
    said = asdict(row) | {"rules": [_body(rule) for rule in row.rules]}
    return RoutingRulesView.model_validate(said)


def rules_in(body: RoutingRulesBody) -> tuple[RoutingRule, ...]:
    """Return the rules that a body defines."""
    return tuple(
        RoutingRule(
            name=rule.name,
            conditions=conditions_in(rule.conditions),
            expression=rule.expression,
            outcome=_outcome(rule.outcome),
            goes_on=rule.goes_on,
        )
        for rule in body.rules
    )


def conditions_in(bodies: Iterable[RoutingConditionBody]) -> tuple[Condition, ...]:
    """Return the conditions that bodies say."""
    return tuple(
        Condition(
            field=one.field, comparison=one.comparison, values=one.values, negated=one.negated
        )
        for one in bodies
    )


def shown_conditions(conditions: Iterable[Condition]) -> tuple[RoutingConditionBody, ...]:
    """Return conditions as bodies say them."""
    return tuple(
        RoutingConditionBody(
            field=one.field, comparison=one.comparison, values=one.values, negated=one.negated
        )
        for one in conditions
    )


def _outcome(body: OutcomeBody) -> Outcome:
    table, grouping = body.severity_table, body.grouping
    return Outcome(
        title=body.title,
        severity=body.severity,
        severity_table=None
        if table is None
        else SeverityTable(
            field=table.field,
            words=tuple(SeverityOf(word=one.word, severity=one.severity) for one in table.words),
        ),
        service_id=None if body.service_id is None else ServiceId(body.service_id),
        escalation_policy_id=None
        if body.escalation_policy_id is None
        else EscalationPolicyId(body.escalation_policy_id),
        grouping=None
        if grouping is None
        else Grouping(
            fields=grouping.fields,
            window=_duration(grouping.window_seconds),
            rolling=grouping.rolling,
        ),
        joining=None if body.joining is None else Joining(key=body.joining.key),
        incident_type_id=None
        if body.incident_type_id is None
        else IncidentTypeId(body.incident_type_id),
        fields=tuple(FieldText(field_id=one, texts=said) for one, said in body.fields.items()),
        ticket_only=body.ticket_only,
        suppress=body.suppress,
        pause=_duration(body.pause_seconds),
        business_hours=body.business_hours,
    )


def _duration(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else int(duration.total_seconds())


def _body(rule: RoutingRule) -> RoutingRuleBody:
    outcome = rule.outcome
    table, grouping = outcome.severity_table, outcome.grouping
    joining = outcome.joining
    return RoutingRuleBody(
        name=rule.name,
        conditions=shown_conditions(rule.conditions),
        expression=rule.expression,
        outcome=OutcomeBody(
            title=outcome.title,
            severity=outcome.severity,
            severity_table=None if table is None else _table(table),
            service_id=outcome.service_id,
            escalation_policy_id=outcome.escalation_policy_id,
            grouping=None if grouping is None else _grouping(grouping),
            joining=None if joining is None else JoiningBody(key=joining.key),
            incident_type_id=outcome.incident_type_id,
            fields={one.field_id: one.texts for one in outcome.fields},
            ticket_only=outcome.ticket_only,
            suppress=outcome.suppress,
            pause_seconds=_seconds(outcome.pause),
            business_hours=outcome.business_hours,
        ),
        goes_on=rule.goes_on,
    )


def _table(table: SeverityTable) -> SeverityTableBody:
    return SeverityTableBody(
        field=table.field,
        words=tuple(SeverityOfBody(word=one.word, severity=one.severity) for one in table.words),
    )


def _grouping(grouping: Grouping) -> GroupingBody:
    return GroupingBody(
        fields=grouping.fields,
        window_seconds=_seconds(grouping.window),
        rolling=grouping.rolling,
    )
