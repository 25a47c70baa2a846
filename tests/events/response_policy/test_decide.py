"""A response policy answers for every severity, and its versions count from one."""

from dataclasses import replace
from datetime import timedelta

from events.errors import CalendarNeverOpens, ResponsePolicyIncomplete
from events.ids import ServiceId
from events.on_call.zones import UnknownZone
from events.response_policy.commands import ChangeMatrix, DefineResponsePolicy
from events.response_policy.events import ResponsePolicyDefined
from events.response_policy.policy import DEFAULT, MatrixCell, ResponsePolicy, When, Who
from events.values.severity import MATRIX, Impact, Scope, Severity
from tests.events.incident.story import NOW, ana
from tests.given import given

CHECKOUT = ServiceId("checkout")
LOUDER = replace(
    DEFAULT,
    matrix=tuple(
        MatrixCell(impact=impact, scope=scope, severity=Severity.SEV1) for impact, scope in MATRIX
    ),
)


def define(policy: ResponsePolicy) -> DefineResponsePolicy:
    return DefineResponsePolicy(service_id=CHECKOUT, policy=policy, actor=ana, at=NOW)


def defined(policy: ResponsePolicy, number: int = 1) -> ResponsePolicyDefined:
    return ResponsePolicyDefined(
        service_id=CHECKOUT,
        number=number,
        policy=policy,
        defined_by="responder:ana",
        defined_at=NOW,
    )


def test_the_default_is_what_the_practice_asks_for() -> None:
    said = [(one.severity, one.when, one.who) for one in DEFAULT.responses]
    assert said == [
        (Severity.SEV1, When.IMMEDIATE, Who.ALL_HANDS),
        (Severity.SEV2, When.IMMEDIATE, Who.ON_CALL),
        (Severity.SEV3, When.BUSINESS_HOURS, Who.ON_CALL),
        (Severity.SEV4, When.NEVER, Who.ON_CALL),
    ]
    escalation_timeout = [one.acknowledge_within for one in DEFAULT.responses[:3]]
    assert escalation_timeout == [timedelta(minutes=number) for number in (5, 10, 15)]
    for (impact, scope), severity in MATRIX.items():
        assert DEFAULT.severity_for(impact, scope) is severity


def test_a_severity_that_nobody_knows_yet_pages_at_once() -> None:
    assert DEFAULT.response_to(None).when is When.IMMEDIATE


def test_each_definition_is_a_version_and_the_same_again_is_none() -> None:
    given().when(define(DEFAULT)).then(defined(DEFAULT))
    given(defined(DEFAULT)).when(define(LOUDER)).then(defined(LOUDER, 2))
    given(defined(DEFAULT)).when(define(DEFAULT)).then_nothing()


def test_the_matrix_can_be_changed_alone() -> None:
    change = ChangeMatrix(service_id=CHECKOUT, matrix=LOUDER.matrix, actor=ana, at=NOW)
    given().when(change).then(defined(LOUDER))
    assert LOUDER.severity_for(Impact.INCONVENIENCE, Scope.MINIMAL) is Severity.SEV1
    given(defined(LOUDER)).when(change).then_nothing()


def test_a_policy_leaves_nothing_open() -> None:
    given().when(define(replace(DEFAULT, responses=DEFAULT.responses[1:]))).refused(
        ResponsePolicyIncomplete, "SEV1"
    )
    given().when(define(replace(DEFAULT, matrix=DEFAULT.matrix[1:]))).refused(
        ResponsePolicyIncomplete, "each impact"
    )
    no_due_date = replace(DEFAULT.responses[3], work_item_within=None)
    given().when(define(replace(DEFAULT, responses=(*DEFAULT.responses[:3], no_due_date)))).refused(
        ResponsePolicyIncomplete, "work item is due"
    )


def test_a_calendar_has_a_zone_and_opens() -> None:
    nowhere = replace(DEFAULT, calendar=replace(DEFAULT.calendar, zone="Europe/Nowhere"))
    given().when(define(nowhere)).refused(UnknownZone, "not a time zone")
    outside = replace(DEFAULT, calendar=replace(DEFAULT.calendar, zone="../etc/passwd"))
    given().when(define(outside)).refused(UnknownZone, "not a time zone")
    shut = replace(DEFAULT, calendar=replace(DEFAULT.calendar, weekdays=()))
    given().when(define(shut)).refused(CalendarNeverOpens)
