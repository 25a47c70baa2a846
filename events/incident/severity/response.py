"""Severity acts: what a level asks for happens once, when the incident gets there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from events.incident.events import IncidentEvent
from events.incident.modes import Mode
from events.incident.pages.events import IncidentPageRequested
from events.incident.pages.rules import call_off, request_page, wanted_pages
from events.incident.pages.state import RequestedPage
from events.incident.roles.events import Role
from events.incident.severity.targets import PRIMARY_AND_SECONDARY, target_of
from events.incident.state import Incident
from events.incident.work_item.rules import open_work_item, retract_work_item
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from events.response_policy.calendar import opening
from events.response_policy.policy import ResponsePolicy, SeverityResponse, When, Who
from events.severity import Severity

COMMANDER: Final = "commander_on_call"
ALERT: Final = "alert"  # one joined that nobody was on the way for
SUMMONED: Final = (  # what severities page for
    "declared",
    "reopened",
    "severity",
    f"{ALERT}:",
    COMMANDER,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A severity that an incident has from now on, and why."""

    incident: Incident
    policy: ResponsePolicy
    response: SeverityResponse
    about: str
    ask: str
    by: str
    at: datetime

    @property
    def pages(self) -> list[RequestedPage]:
        """Return the pages that a severity asked for before, and that are wanted still."""
        pages = wanted_pages(self.incident)
        return [one for one in pages if one.wanted and one.about.startswith(SUMMONED)]

    @property
    def all_hands(self) -> bool:
        """Return whether everybody is to come."""
        return self.response.who is Who.ALL_HANDS and self.response.when is When.IMMEDIATE

    @property
    def own_team_only(self) -> bool:
        """Return whether nobody outside of the team may hear of it."""
        return self.incident.mode is Mode.DRILL or self.incident.privacy.private


def asked_by_severity(
    incident: Incident, severity: Severity | None, *, about: str, ask: str, by: str, at: datetime
) -> list[IncidentEvent]:
    """Return what the severity asks for and is not there yet; nothing without a policy.

    `incident` is as it was before; what is over, or was entered after the fact, asks for nothing.
    """
    if incident.policy is None or incident.resolved or incident.mode is Mode.BACKFILLED:
        return []
    policy = incident.policy.policy
    asking = Asking(
        incident=incident,
        policy=policy,
        response=policy.response_to(severity),
        about=about,
        ask=ask,
        by=by,
        at=at,
    )
    if asking.response.when is When.NEVER:
        work_item = open_work_item(incident, policy, asking.response, by, at)
        return [*_off(asking, asking.pages), *work_item]
    retracted = retract_work_item(incident, ask or "people are paged", by, at)
    paged = _brought_in(asking) if incident.acknowledged_by else _summoned(asking)
    return [*retracted, *paged]


def _summoned(asking: Asking) -> list[IncidentEvent]:
    """Return what gets an incident taken that nobody has."""
    later = _later(asking)
    pages = [page for page in asking.pages if page.purpose is Purpose.RESPONSE]
    reminders = [page for page in asking.pages if page.purpose is Purpose.REMINDER]
    waiting = [page for page in pages if page.not_before is not None]
    running = [page for page in pages if page.not_before is None]
    if later is not None:
        call = [] if waiting else _call(asking, Purpose.RESPONSE, _target(asking), later)
        return [*_off(asking, running), *_off(asking, reminders), *call]
    wide = PRIMARY_AND_SECONDARY if asking.all_hands else 1
    enough = any(page.target.levels_at_once >= wide for page in running)
    call = [] if enough else _call(asking, Purpose.RESPONSE, _target(asking))
    commander = _commander(asking, reminders, len(call))
    return [*_off(asking, waiting), *call, *commander]


def _brought_in(asking: Asking) -> list[IncidentEvent]:
    """Return what brings the others in when somebody has the incident; who is in is not paged."""
    reminders = [page for page in asking.pages if page.purpose is Purpose.REMINDER]
    if not asking.all_hands:
        return _off(asking, reminders)
    known = any(
        page.target.levels_at_once >= PRIMARY_AND_SECONDARY
        for page in wanted_pages(asking.incident)
        if page.wanted or page.answered_by is not None
    )
    target = None if known else _target(asking, but_those_who_are_in=True)
    call = _call(asking, Purpose.REMINDER, target)
    return [*call, *_commander(asking, reminders, len(call))]


def _commander(
    asking: Asking, reminders: Iterable[RequestedPage], called_just_now: int
) -> list[IncidentEvent]:
    """Return the page for the commander on call, unless there is one, or a commander."""
    asked = [page for page in reminders if page.about == COMMANDER]
    policy_id = asking.policy.commander_on_call
    if not asking.all_hands:
        return _off(asking, asked)
    if (
        asked
        or policy_id is None
        or asking.own_team_only
        or Role.COMMANDER in asking.incident.roles
    ):
        return []
    return [
        request_page(
            asking.incident,
            purpose=Purpose.REMINDER,
            about=COMMANDER,
            ask=f"{asking.response.severity}: take command",
            target=PageTarget(
                escalation_policy_id=policy_id,
                acknowledge_within=asking.response.acknowledge_within,
            ),
            requested_by=asking.by,
            at=asking.at,
            called_just_now=called_just_now,
        )
    ]


def _later(asking: Asking) -> datetime | None:
    """Return when business hours begin, None if the page goes out at once."""
    if asking.response.when is not When.BUSINESS_HOURS:
        return None
    opens = opening(asking.policy.calendar, asking.at)
    return None if opens is None or opens <= asking.at else opens


def _target(asking: Asking, *, but_those_who_are_in: bool = False) -> PageTarget | None:
    incident = asking.incident
    return target_of(
        asking.policy,
        asking.response,
        incident.escalation_policy_id,
        own_team_only=asking.own_team_only,
        but=incident.responders if but_those_who_are_in else frozenset(),
    )


def _call(
    asking: Asking, purpose: Purpose, target: PageTarget | None, later: datetime | None = None
) -> list[IncidentPageRequested]:
    if target is None:
        return []
    return [
        request_page(
            asking.incident,
            purpose=purpose,
            about=asking.about,
            ask=asking.ask,
            target=target,
            requested_by=asking.by,
            at=asking.at,
            not_before=later,
        )
    ]


def _off(asking: Asking, pages: Iterable[RequestedPage]) -> list[IncidentEvent]:
    reason = asking.ask or "its severity asks for something else"
    return [
        event
        for page in pages
        for event in call_off(asking.incident, page.number, reason, asking.by, asking.at)
    ]
