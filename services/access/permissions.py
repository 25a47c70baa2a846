"""Permissions: what a caller may do, and which scopes of an API key carry them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from events.configuration.api_key import ApiScope


class Permission(StrEnum):
    """Permission: one right that an operation may require."""

    INCIDENT_DECLARE = "incident:declare"
    INCIDENT_COMMAND = "incident:command"  # everything a responder does to an incident
    INCIDENT_READ = "incident:read"  # incidents with their timeline, pages, alerts and postmortem
    LOG_READ = "log:read"  # the whole log, configuration included
    CONFIGURATION_READ = "configuration:read"
    CONTACT_READ = "contact:read"  # how others are reached: an ntfy topic is as good as a secret
    CONFIGURATION_WRITE = "configuration:write"
    SUBSCRIPTION_WRITE = "subscription:write"  # who is sent status updates; no address is in it
    ON_CALL_WRITE = "on_call:write"  # who stands in for whom: overrides and cover, no definition
    API_KEY_READ = "api_key:read"  # who holds which key; never a key's text
    API_KEY_MANAGE = "api_key:manage"
    SUBJECT_FORGET = "subject:forget"
    ALERT_SEND = "alert:send"
    METRICS_READ = "metrics:read"  # numbers only: no incident and no person is in them


_READ = frozenset(
    {Permission.INCIDENT_READ, Permission.CONFIGURATION_READ, Permission.METRICS_READ}
)

SCOPES: dict[ApiScope, frozenset[Permission]] = {
    ApiScope.ADMIN: frozenset(Permission),
    ApiScope.RESPONDER: _READ
    | {
        Permission.INCIDENT_DECLARE,
        Permission.INCIDENT_COMMAND,
        Permission.SUBSCRIPTION_WRITE,
        Permission.ON_CALL_WRITE,
    },
    ApiScope.OBSERVER: _READ,
    ApiScope.AUDITOR: _READ | {Permission.LOG_READ, Permission.API_KEY_READ},
    ApiScope.INGEST: frozenset({Permission.ALERT_SEND}),
}


OF_A_RESPONDER: Final = SCOPES[ApiScope.RESPONDER]


def permissions_of(scopes: Iterable[ApiScope]) -> frozenset[Permission]:
    """Return everything the scopes carry together."""
    return frozenset[Permission]().union(*(SCOPES[scope] for scope in scopes))
