"""Response policy values; the default is what the practice asks for."""

from dataclasses import dataclass, replace
from datetime import time, timedelta
from enum import StrEnum
from typing import Final

from events.ids import EscalationPolicyId, ResponderId
from events.response_policy.calendar import BusinessCalendar
from events.values.severity import MATRIX, Impact, Scope, Severity


class When(StrEnum):
    """When people are paged for an incident."""

    IMMEDIATE = "immediate"
    BUSINESS_HOURS = "business_hours"  # the page waits until they begin
    NEVER = "never"  # nobody is paged: a work item waits for its owner


class Who(StrEnum):
    """Who is paged for an incident."""

    ALL_HANDS = "all_hands"  # primary and secondary at once, everybody named, commander on call
    ON_CALL = "on_call"  # the levels of the service's escalation policy, one after the other


class Authority(StrEnum):
    """Authority of the incident commander: binding, or advice."""

    STRICT = "strict"  # a reserved action of somebody else is refused
    ADVISORY = "advisory"  # it is done, and recorded that somebody else did it


@dataclass(frozen=True, slots=True, kw_only=True)
class MandatoryRole:
    """A role that must be filled within this time of the declaration."""

    role: str
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityResponse:
    """What one severity asks for."""

    severity: Severity
    when: When
    who: Who = Who.ON_CALL
    acknowledge_within: timedelta | None = None  # else the next level; None: as the policy says
    acknowledgement_lasts: timedelta | None = None  # without a sign of life; None: for ever
    update_every: timedelta | None = None  # status updates; None: nobody waits for any
    mandatory_roles: tuple[MandatoryRole, ...] = ()
    work_item_within: timedelta | None = None  # of a severity that pages nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """The severity of one impact in one scope."""

    impact: Impact
    scope: Scope
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnItem:
    """A checklist item of the service's own, after those of the practice."""

    section: str  # the list of the practice that it follows: detection, resolution …
    text: str
    mandatory: bool = False  # left open, leaving its phase takes a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsePolicy:
    """What each severity asks for, and how a severity is found."""

    responses: tuple[SeverityResponse, ...]  # one for each severity
    matrix: tuple[MatrixCell, ...]  # one for each impact and scope
    calendar: BusinessCalendar
    authority: Authority = Authority.STRICT
    commander_on_call: EscalationPolicyId | None = None  # who takes command when all hands come
    everybody: tuple[ResponderId, ...] = ()  # people and channels that all hands means, too
    work_item_owner: ResponderId | None = None  # who gets what nobody is paged for
    checklist: tuple[OwnItem, ...] = ()

    def response_to(self, severity: Severity | None) -> SeverityResponse:
        """Return what the severity asks for; one that nobody knows yet may be bad."""
        for response in self.responses:
            if response.severity is severity:
                return response
        return UNKNOWN

    def severity_for(self, impact: Impact, scope: Scope) -> Severity:
        """Return the severity that the matrix gives."""
        for cell in self.matrix:
            if (cell.impact, cell.scope) == (impact, scope):
                return cell.severity
        return MATRIX[impact, scope]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedPolicy:
    """The policy an incident was declared under: it holds for all of its life."""

    number: int  # of the service's definitions; 0 is the default
    policy: ResponsePolicy


def paging_nobody(captured: CapturedPolicy, severity: Severity) -> CapturedPolicy:
    """Return a policy that pages nobody for this severity: it is work for the queue.

    Any other one, that people or worse alerts give the incident, asks for what it always does.
    """
    policy = captured.policy
    within = [one.work_item_within for one in policy.responses if one.work_item_within is not None]
    ticket = SeverityResponse(
        severity=severity,
        when=When.NEVER,
        work_item_within=policy.response_to(severity).work_item_within or min(within, default=WEEK),
    )
    others = tuple(one for one in policy.responses if one.severity is not severity)
    return replace(captured, policy=replace(policy, responses=(*others, ticket)))


WEEK: Final = timedelta(days=7)
UNKNOWN: Final = SeverityResponse(severity=Severity.SEV2, when=When.IMMEDIATE)


def minutes(number: int) -> timedelta:
    """Return a number of minutes."""
    return timedelta(minutes=number)


def _roles_within(within: timedelta, *roles: str) -> tuple[MandatoryRole, ...]:
    return tuple(MandatoryRole(role=role, within=within) for role in roles)


# Source: the practice's severity levels, its first five minutes and its 5 to 15 minutes to answer.
DEFAULT: Final = ResponsePolicy(
    responses=(
        SeverityResponse(
            severity=Severity.SEV1,
            when=When.IMMEDIATE,
            who=Who.ALL_HANDS,
            acknowledge_within=minutes(5),
            acknowledgement_lasts=minutes(30),
            update_every=minutes(15),
            mandatory_roles=_roles_within(
                minutes(5), "commander", "communications", "operations", "scribe"
            ),
        ),
        SeverityResponse(
            severity=Severity.SEV2,
            when=When.IMMEDIATE,
            acknowledge_within=minutes(10),
            acknowledgement_lasts=minutes(30),
            update_every=minutes(30),
            mandatory_roles=_roles_within(minutes(5), "commander"),
        ),
        SeverityResponse(
            severity=Severity.SEV3, when=When.BUSINESS_HOURS, acknowledge_within=minutes(15)
        ),
        SeverityResponse(
            severity=Severity.SEV4, when=When.NEVER, work_item_within=timedelta(days=7)
        ),
    ),
    matrix=tuple(
        MatrixCell(impact=impact, scope=scope, severity=severity)
        for (impact, scope), severity in MATRIX.items()
    ),
    calendar=BusinessCalendar(
        zone="UTC", weekdays=(1, 2, 3, 4, 5), opens=time(9), closes=time(17), holidays=()
    ),
)
