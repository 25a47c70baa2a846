"""Severity response: what a severity asks for happens once, when the incident reaches it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Final

from events.incident.events import IncidentEvent
from events.incident.grammar import Given
from events.incident.modes import Mode
from events.incident.pages.events import IncidentPageRequested
from events.incident.pages.rules import once_more, page_cancelled, page_requested, wanted_pages
from events.incident.pages.state import SNOOZED, RequestedPage
from events.incident.roles.events import Role
from events.incident.severity.louder import is_louder, paged_louder, reminded_louder
from events.incident.severity.targets import PRIMARY_AND_SECONDARY, page_target
from events.incident.snooze.ending import woken_by
from events.incident.state import Incident, evolve
from events.incident.work_item.rules import open_work_item, retract_work_item
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from events.response_policy.calendar import opening
from events.response_policy.policy import ResponsePolicy, SeverityResponse, When, Who
from events.values.severity import Severity

COMMANDER: Final = "commander_on_call"
LAPSED: Final = "acknowledgement_lapsed"
UNACKNOWLEDGED: Final = "unacknowledged"
ALERT: Final = "alert"  # one joined that nobody was on the way for
BY_SEVERITY: Final = (  # what the pages are about that a severity asks for
    "declared",
    "reopened",
    "severity",
    SNOOZED,
    LAPSED,
    UNACKNOWLEDGED,
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
    command: Given

    @property
    def pages(self) -> list[RequestedPage]:
        """Return the pages that a severity asked for before, and that are wanted still."""
        pages = wanted_pages(self.incident)
        return [page for page in pages if page.wanted and page.about.startswith(BY_SEVERITY)]

    @property
    def all_hands(self) -> bool:
        """Return whether everybody is to come."""
        return self.response.who is Who.ALL_HANDS and self.response.when is When.IMMEDIATE

    @property
    def own_team_only(self) -> bool:
        """Return whether nobody outside of the team may hear of it."""
        return self.incident.mode is Mode.DRILL or self.incident.privacy.private

    @property
    def louder(self) -> bool:
        """Return whether what was paged so far was paged more quietly than it is to be now."""
        return is_louder(self.response.severity, self.incident)


def severity_response(
    incident: Incident, severity: Severity | None, *, about: str, ask: str, command: Given
) -> list[IncidentEvent]:
    """Return what the severity asks for and is not there yet; little without a policy.

    `incident` is as it was before; what is over, or was entered after the fact, asks for nothing.
    """
    if incident.resolved or incident.mode is Mode.BACKFILLED:
        return []
    asked = _asked_for(incident, severity, about=about, ask=ask, command=command)
    return [*asked, *reminded_louder(severity, incident, asked, ask=ask, command=command)]


def _asked_for(
    incident: Incident, severity: Severity | None, *, about: str, ask: str, command: Given
) -> list[IncidentEvent]:
    if incident.policy is None:
        return paged_louder(severity, incident, about=about, ask=ask, command=command)
    policy = incident.policy.policy
    woken = woken_by(severity, incident, command)
    incident = reduce(evolve, woken, incident)
    response = policy.response_to(severity)
    asking = Asking(
        incident=incident, policy=policy, response=response, about=about, ask=ask, command=command
    )
    if response.when is When.NEVER:
        work_item = open_work_item(incident, policy, response, command)
        return [*woken, *_cancelled(asking, asking.pages), *work_item]
    retracted = retract_work_item(ask or "people are paged", incident, command)
    paged = _others_paged(asking) if incident.acknowledged_by else _somebody_paged(asking)
    return [*woken, *retracted, *paged]


def page_again(incident: Incident, *, about: str, ask: str, command: Given) -> list[IncidentEvent]:
    """Return what gets an incident taken anew, as if it were declared now.

    `incident` is one that nobody has; without a response policy it pages at once.
    """
    about = once_more(about, incident)
    if incident.policy is not None:
        return severity_response(incident, incident.severity, about=about, ask=ask, command=command)
    if incident.escalation_policy_id is None:
        return []
    target = PageTarget(escalation_policy_id=incident.escalation_policy_id)
    response = Purpose.RESPONSE
    return [
        page_requested(incident, command, purpose=response, about=about, ask=ask, target=target)
    ]


def _somebody_paged(asking: Asking) -> list[IncidentEvent]:
    """Return what gets an incident taken that nobody has."""
    not_before = _not_before(asking)
    pages = [page for page in asking.pages if page.purpose is Purpose.RESPONSE]
    reminders = [page for page in asking.pages if page.purpose is Purpose.REMINDER]
    waiting = [page for page in pages if page.not_before is not None]
    running = [page for page in pages if page.not_before is None]
    if not_before is not None:
        page = [] if waiting else _page(asking, Purpose.RESPONSE, _target(asking), not_before)
        return [*_cancelled(asking, running), *_cancelled(asking, reminders), *page]
    wide = PRIMARY_AND_SECONDARY if asking.all_hands else 1
    wide_enough = any(page.target.levels_at_once >= wide for page in running)
    enough = wide_enough and not asking.louder
    page = [] if enough else _page(asking, Purpose.RESPONSE, _target(asking))
    commander = _commander_paged(asking, reminders, len(page))
    quieter = running if asking.louder and page else []
    return [*_cancelled(asking, [*waiting, *quieter]), *page, *commander]


def _others_paged(asking: Asking) -> list[IncidentEvent]:
    """Return what brings the others in when somebody has the incident; who is in is not paged."""
    reminders = [page for page in asking.pages if page.purpose is Purpose.REMINDER]
    if not asking.all_hands:
        return _cancelled(asking, reminders)
    known = any(
        page.target.levels_at_once >= PRIMARY_AND_SECONDARY
        for page in wanted_pages(asking.incident)
        if page.wanted or page.answered_by is not None
    )
    target = None if known else _target(asking, but_those_who_are_in=True)
    page = _page(asking, Purpose.REMINDER, target)
    return [*page, *_commander_paged(asking, reminders, len(page))]


def _commander_paged(
    asking: Asking, reminders: Iterable[RequestedPage], requested_just_now: int
) -> list[IncidentEvent]:
    """Return the page for the incident commander on call, unless one is paged or there already."""
    asked = [page for page in reminders if page.about == COMMANDER]
    policy_id = asking.policy.commander_on_call
    if not asking.all_hands:
        return _cancelled(asking, asked)
    there = asked or Role.COMMANDER in asking.incident.roles
    if there or policy_id is None or asking.own_team_only:
        return []
    target = PageTarget(
        escalation_policy_id=policy_id, acknowledge_within=asking.response.acknowledge_within
    )
    return [
        page_requested(
            asking.incident,
            asking.command,
            purpose=Purpose.REMINDER,
            about=COMMANDER,
            ask=f"{asking.response.severity}: take command",
            target=target,
            requested_just_now=requested_just_now,
        )
    ]


def _not_before(asking: Asking) -> datetime | None:
    """Return when business hours begin, None if the page goes out at once."""
    if asking.response.when is not When.BUSINESS_HOURS:
        return None
    opens = opening(asking.policy.calendar, asking.command.at)
    return None if opens is None or opens <= asking.command.at else opens


def _target(asking: Asking, *, but_those_who_are_in: bool = False) -> PageTarget | None:
    incident = asking.incident
    return page_target(
        asking.policy,
        asking.response,
        incident.escalation_policy_id,
        own_team_only=asking.own_team_only,
        but=incident.responders if but_those_who_are_in else frozenset(),
    )


def _page(
    asking: Asking,
    purpose: Purpose,
    target: PageTarget | None,
    not_before: datetime | None = None,
) -> list[IncidentPageRequested]:
    if target is None:
        return []
    return [
        page_requested(
            asking.incident,
            asking.command,
            purpose=purpose,
            about=asking.about,
            ask=asking.ask,
            target=target,
            not_before=not_before,
        )
    ]


def _cancelled(asking: Asking, pages: Iterable[RequestedPage]) -> list[IncidentEvent]:
    reason = asking.ask or "its severity asks for something else"
    return [
        event
        for page in pages
        for event in page_cancelled(page.number, reason, asking.incident, asking.command)
    ]
