"""Permissions: the one table of rights, from what an operation asks for to who may do it.

An operation names its permission where it is declared (`requires`), and none is open by omission.
Whoever may do it stands here. `docs/rights.md` is both together, and a test calls every operation
as every kind of caller.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from events.configuration.api_key import ApiScope


class Permission(StrEnum):
    """Permission: one right that an operation may require."""

    INCIDENT_DECLARE = "incident:declare"
    INCIDENT_COMMAND = "incident:command"
    INCIDENT_READ = "incident:read"
    LOG_READ = "log:read"
    CONFIGURATION_READ = "configuration:read"
    CONTACT_READ = "contact:read"  # an ntfy topic is as good as a secret
    CONFIGURATION_WRITE = "configuration:write"
    TEAM_WRITE = "team:write"
    PERSON_WRITE = "person:write"
    PEOPLE_READ = "people:read"
    ABSENCE_WRITE = "absence:write"
    SUBSCRIPTION_WRITE = "subscription:write"
    OVERRIDE_WRITE = "override:write"
    ON_CALL_WRITE = "on_call:write"
    ACCOUNT_READ = "account:read"
    ACCOUNT_INVITE = "account:invite"
    ACCOUNT_MANAGE = "account:manage"
    ACCOUNT_OWN = "account:own"
    API_KEY_READ = "api_key:read"
    API_KEY_MANAGE = "api_key:manage"
    SUBJECT_FORGET = "subject:forget"
    ALERT_SEND = "alert:send"
    METRICS_READ = "metrics:read"
    SCIM_WRITE = "scim:write"


class Relation(StrEnum):
    """Relation: how a person has to stand to what is changed, where the role does not decide."""

    MANAGES = "a manager of every team that owns it, before the change and after it"
    IS = "the person it is about"
    LEADS = "the person it is about, or a manager of a team that they are in"
    BRINGS_IN = "a manager of a team that they are in"
    STANDS_IN = "the person on the shift, a manager of the schedule's team, or a member it lets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Who has a permission: some roles for whatever there is, a responder where it is theirs."""

    what: str  # it lets one do
    roles: frozenset[ApiScope]
    to_responder: Relation | None = None


def _to(*roles: ApiScope, what: str, responder: Relation | None = None) -> Granted:
    return Granted(what=what, roles=frozenset(roles), to_responder=responder)


_ADMIN, _RESPONDER = ApiScope.ADMIN, ApiScope.RESPONDER
_READERS: Final = (_ADMIN, _RESPONDER, ApiScope.OBSERVER, ApiScope.AUDITOR)

RIGHTS: Final[Mapping[Permission, Granted]] = {
    Permission.INCIDENT_READ: _to(
        *_READERS,
        what="Read incidents with their timeline, pages, alerts and postmortem. A private incident"
        " is there for its members, auditors and admins only.",
    ),
    Permission.INCIDENT_DECLARE: _to(
        _ADMIN, _RESPONDER, what="Declare an incident, or let an alert through that is held back."
    ),
    Permission.INCIDENT_COMMAND: _to(
        _ADMIN, _RESPONDER, what="Work on an incident: everything that a responder does to one."
    ),
    Permission.CONFIGURATION_READ: _to(
        *_READERS, what="Read the configuration, and who is on call. No secret is in it."
    ),
    Permission.CONTACT_READ: _to(
        _ADMIN, what="See how others are reached; everybody sees how they are reached themselves."
    ),
    Permission.TEAM_WRITE: _to(
        _ADMIN,
        responder=Relation.MANAGES,
        what="Make, change and end what a team owns, and the team itself. What no team owns is the"
        " organisation's: its admins' alone.",
    ),
    Permission.CONFIGURATION_WRITE: _to(
        _ADMIN, what="Change what belongs to the organisation: its people and incident types."
    ),
    Permission.PERSON_WRITE: _to(
        _ADMIN,
        responder=Relation.IS,
        what="Change how a person is reached and paged, and try it.",
    ),
    Permission.PEOPLE_READ: _to(
        _ADMIN,
        what="See whose the numbers of load and findings are. Everybody sees their own, and the"
        " managers of a team those of its people; all others see how they are spread.",
    ),
    Permission.ABSENCE_WRITE: _to(
        _ADMIN, responder=Relation.LEADS, what="Say when a person is away."
    ),
    Permission.OVERRIDE_WRITE: _to(
        _ADMIN,
        responder=Relation.STANDS_IN,
        what="Make, change and withdraw overrides, and take the pager. A team lets its members do"
        " so for others, or not: `members_may_override`.",
    ),
    Permission.ON_CALL_WRITE: _to(
        _ADMIN,
        _RESPONDER,
        what="Ask for cover of one's own shift, take that of others, leave hand-over notes, have"
        " calendars. A team's managers ask for others, too.",
    ),
    Permission.SUBSCRIPTION_WRITE: _to(
        _ADMIN, _RESPONDER, what="Say who is sent status updates; no address is in it."
    ),
    Permission.METRICS_READ: _to(
        *_READERS, what="Read numbers only: no incident and no person is in them."
    ),
    Permission.LOG_READ: _to(
        _ADMIN, ApiScope.AUDITOR, what="Read the whole log, every private incident included."
    ),
    Permission.ACCOUNT_READ: _to(
        _ADMIN,
        ApiScope.AUDITOR,
        what="See who may sign in, in which roles, and where they are signed in.",
    ),
    Permission.ACCOUNT_INVITE: _to(
        _ADMIN,
        responder=Relation.BRINGS_IN,
        what="Invite a person to sign in. Managers do so by an address that the person has already,"
        " and give no more than the roles of responders and observers.",
    ),
    Permission.ACCOUNT_MANAGE: _to(
        _ADMIN, what="Change people's roles and addresses, suspend them, and sign them out."
    ),
    Permission.ACCOUNT_OWN: _to(*_READERS, what="End one's own sessions, keep one's own views."),
    Permission.API_KEY_READ: _to(
        _ADMIN, ApiScope.AUDITOR, what="See who holds which key; never a key's text."
    ),
    Permission.API_KEY_MANAGE: _to(_ADMIN, what="Make and revoke API keys."),
    Permission.SUBJECT_FORGET: _to(_ADMIN, what="Forget a person, for good."),
    Permission.ALERT_SEND: _to(_ADMIN, ApiScope.INGEST, what="Send alerts."),
    Permission.SCIM_WRITE: _to(
        _ADMIN,
        ApiScope.SCIM,
        what="Keep people, accounts and teams as a directory has them (`/scim/v2`).",
    ),
}


def carries(scope: ApiScope, permission: Permission) -> bool:
    """Say whether a scope carries a permission, be it only for what is one's own."""
    granted = RIGHTS[permission]
    theirs = granted.to_responder is not None and scope is ApiScope.RESPONDER
    return theirs or scope in granted.roles


SCOPES: Final[Mapping[ApiScope, frozenset[Permission]]] = {
    scope: frozenset(one for one in Permission if carries(scope, one)) for scope in ApiScope
}


OF_A_RESPONDER: Final = SCOPES[ApiScope.RESPONDER]


def permissions_of(scopes: Iterable[ApiScope]) -> frozenset[Permission]:
    """Return everything the scopes carry together."""
    return frozenset[Permission]().union(*(SCOPES[scope] for scope in scopes))


def is_unbound(carried: frozenset[Permission]) -> bool:
    """Say whether a caller may change whatever there is, not only what is the person's own."""
    return Permission.CONFIGURATION_WRITE in carried
