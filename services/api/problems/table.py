"""Refusals and faults as RFC 9457 problems: one table says which status and which anchor."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi import Request
from fastapi.responses import JSONResponse

from events import errors
from events.errors import CommandRejected, LogFault
from services import request_refusals as refusals

REFUSALS: Final[dict[type[CommandRejected], tuple[HTTPStatus, str]]] = {
    CommandRejected: (HTTPStatus.CONFLICT, "command-rejected"),
    errors.StreamConflict: (HTTPStatus.CONFLICT, "stream-conflict"),
    errors.KeyReused: (HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused"),
    errors.AppendTooLarge: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "append-too-large"),
    errors.NotStorable: (HTTPStatus.UNPROCESSABLE_ENTITY, "not-storable"),
    errors.IncidentNotFound: (HTTPStatus.NOT_FOUND, "incident-not-found"),
    errors.IncidentTypeNotFound: (HTTPStatus.NOT_FOUND, "incident-type-not-found"),
    errors.IncidentTypeRefused: (HTTPStatus.UNPROCESSABLE_ENTITY, "incident-type-refused"),
    errors.FieldUnknown: (HTTPStatus.UNPROCESSABLE_ENTITY, "field-unknown"),
    errors.FieldInvalid: (HTTPStatus.UNPROCESSABLE_ENTITY, "field-invalid"),
    errors.FieldsMissing: (HTTPStatus.UNPROCESSABLE_ENTITY, "fields-missing"),
    errors.IncidentNotPrivate: (HTTPStatus.CONFLICT, "incident-not-private"),
    errors.LinkRefused: (HTTPStatus.UNPROCESSABLE_ENTITY, "link-refused"),
    errors.RemovedFromIncident: (HTTPStatus.FORBIDDEN, "removed-from-incident"),
    errors.MemberHoldsRole: (HTTPStatus.CONFLICT, "member-holds-role"),
    errors.IncidentAlreadyDeclared: (HTTPStatus.CONFLICT, "incident-already-declared"),
    errors.IncidentEnded: (HTTPStatus.CONFLICT, "incident-ended"),
    errors.IncidentResolvedAlready: (HTTPStatus.CONFLICT, "incident-resolved-already"),
    errors.IncidentNotResolved: (HTTPStatus.CONFLICT, "incident-not-resolved"),
    errors.PhaseOutOfOrder: (HTTPStatus.CONFLICT, "phase-out-of-order"),
    errors.ReasonRequired: (HTTPStatus.UNPROCESSABLE_ENTITY, "reason-required"),
    errors.NotTheCommander: (HTTPStatus.FORBIDDEN, "not-the-commander"),
    errors.RoleHeld: (HTTPStatus.CONFLICT, "role-held"),
    errors.RoleNotHeld: (HTTPStatus.CONFLICT, "role-not-held"),
    errors.ChecklistItemNotFound: (HTTPStatus.NOT_FOUND, "checklist-item-not-found"),
    errors.MandatoryItemsOpen: (HTTPStatus.UNPROCESSABLE_ENTITY, "mandatory-items-open"),
    errors.MitigationActionNotFound: (HTTPStatus.NOT_FOUND, "mitigation-action-not-found"),
    errors.MitigationActionReverted: (HTTPStatus.CONFLICT, "mitigation-action-reverted"),
    errors.TimestampNotSet: (HTTPStatus.CONFLICT, "timestamp-not-set"),
    errors.TimesOutOfOrder: (HTTPStatus.UNPROCESSABLE_ENTITY, "times-out-of-order"),
    errors.RolesConflict: (HTTPStatus.CONFLICT, "roles-conflict"),
    errors.RoleOfferedAlready: (HTTPStatus.CONFLICT, "role-offered-already"),
    errors.RoleNotOffered: (HTTPStatus.CONFLICT, "role-not-offered"),
    errors.CommanderPresent: (HTTPStatus.CONFLICT, "commander-present"),
    errors.NoteNotFound: (HTTPStatus.NOT_FOUND, "note-not-found"),
    errors.NoteGone: (HTTPStatus.CONFLICT, "note-gone"),
    errors.NotTheAuthor: (HTTPStatus.FORBIDDEN, "not-the-author"),
    errors.AttachmentNotFound: (HTTPStatus.NOT_FOUND, "attachment-not-found"),
    errors.AttachmentForged: (HTTPStatus.CONFLICT, "attachment-forged"),
    errors.MergedIntoAnother: (HTTPStatus.CONFLICT, "merged-into-another"),
    errors.RelatedToItself: (HTTPStatus.UNPROCESSABLE_ENTITY, "related-to-itself"),
    errors.RelationUnderWay: (HTTPStatus.CONFLICT, "relation-under-way"),
    errors.DrillStaysApart: (HTTPStatus.CONFLICT, "drill-stays-apart"),
    errors.HasParent: (HTTPStatus.CONFLICT, "has-parent"),
    errors.HasChildren: (HTTPStatus.CONFLICT, "has-children"),
    errors.ChildrenOpen: (HTTPStatus.CONFLICT, "children-open"),
    errors.DeadlineNotDue: (HTTPStatus.CONFLICT, "deadline-not-due"),
    errors.PageNotFound: (HTTPStatus.NOT_FOUND, "page-not-found"),
    errors.NobodyToPage: (HTTPStatus.UNPROCESSABLE_ENTITY, "nobody-to-page"),
    errors.PageOver: (HTTPStatus.CONFLICT, "page-over"),
    errors.AckLinkInvalid: (HTTPStatus.NOT_FOUND, "ack-link-invalid"),
    errors.AckLinkWithdrawn: (HTTPStatus.GONE, "ack-link-withdrawn"),
    errors.AckLinkExpired: (HTTPStatus.GONE, "ack-link-expired"),
    errors.AlertNotFound: (HTTPStatus.NOT_FOUND, "alert-not-found"),
    errors.ResponderNotFound: (HTTPStatus.NOT_FOUND, "responder-not-found"),
    errors.SubjectNotFound: (HTTPStatus.NOT_FOUND, "subject-not-found"),
    errors.SubjectErased: (HTTPStatus.CONFLICT, "subject-erased"),
    errors.EscalationPolicyNotFound: (HTTPStatus.NOT_FOUND, "escalation-policy-not-found"),
    errors.ResponsePolicyIncomplete: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "response-policy-incomplete",
    ),
    errors.CalendarNeverOpens: (HTTPStatus.UNPROCESSABLE_ENTITY, "calendar-never-opens"),
    errors.WorkItemNotFound: (HTTPStatus.NOT_FOUND, "work-item-not-found"),
    errors.ServiceNotFound: (HTTPStatus.NOT_FOUND, "service-not-found"),
    errors.IntegrationNotFound: (HTTPStatus.NOT_FOUND, "integration-not-found"),
    errors.ApiKeyNotFound: (HTTPStatus.NOT_FOUND, "api-key-not-found"),
    errors.SubscriptionNotFound: (HTTPStatus.NOT_FOUND, "subscription-not-found"),
    errors.PolicyHasNoLevels: (HTTPStatus.UNPROCESSABLE_ENTITY, "policy-has-no-levels"),
    errors.AlreadyExists: (HTTPStatus.CONFLICT, "already-exists"),
    errors.CursorInvalid: (HTTPStatus.UNPROCESSABLE_ENTITY, "cursor-invalid"),
    errors.HistoryTooLong: (HTTPStatus.UNPROCESSABLE_ENTITY, "history-too-long"),
    errors.PastNotKept: (HTTPStatus.UNPROCESSABLE_ENTITY, "past-not-kept"),
    refusals.RequestRefused: (HTTPStatus.BAD_REQUEST, "request-refused"),
    refusals.RequestInvalid: (HTTPStatus.UNPROCESSABLE_ENTITY, "request-invalid"),
    refusals.RequestMalformed: (HTTPStatus.BAD_REQUEST, "request-malformed"),
    refusals.BodyMalformed: (HTTPStatus.BAD_REQUEST, "body-malformed"),
    refusals.BodyNotTaken: (HTTPStatus.BAD_REQUEST, "body-not-taken"),
    refusals.BodyTooLarge: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body-too-large"),
    refusals.MediaTypeUnsupported: (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media-type-unsupported"),
    refusals.RequestTooSlow: (HTTPStatus.REQUEST_TIMEOUT, "request-too-slow"),
    refusals.NotAuthenticated: (HTTPStatus.UNAUTHORIZED, "not-authenticated"),
    refusals.PermissionMissing: (HTTPStatus.FORBIDDEN, "permission-missing"),
    refusals.SpeaksForAnother: (HTTPStatus.FORBIDDEN, "speaks-for-another"),
    refusals.RouteNotFound: (HTTPStatus.NOT_FOUND, "route-not-found"),
    refusals.MethodNotAllowed: (HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed"),
    refusals.CommandNotFound: (HTTPStatus.NOT_FOUND, "command-not-found"),
    refusals.DeadLetterNotFound: (HTTPStatus.NOT_FOUND, "dead-letter-not-found"),
    refusals.VersionMismatch: (HTTPStatus.PRECONDITION_FAILED, "version-mismatch"),
    refusals.ProjectionBehind: (HTTPStatus.SERVICE_UNAVAILABLE, "projection-behind"),
    refusals.FiringInDoubt: (HTTPStatus.SERVICE_UNAVAILABLE, "firing-in-doubt"),
    refusals.DidNotExistYet: (HTTPStatus.NOT_FOUND, "did-not-exist-yet"),
}

FAULTS: Final[dict[type[Exception], tuple[HTTPStatus, str]]] = {
    LogFault: (HTTPStatus.SERVICE_UNAVAILABLE, "storage-unavailable"),
    errors.LogUnavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "storage-unavailable"),
    errors.LogOverloaded: (HTTPStatus.SERVICE_UNAVAILABLE, "overloaded"),
    errors.EventUnreadable: (HTTPStatus.SERVICE_UNAVAILABLE, "event-unreadable"),
    errors.EventTooNew: (HTTPStatus.SERVICE_UNAVAILABLE, "event-unreadable"),
}

FAULT_TITLES: Final[dict[str, str]] = {
    "storage-unavailable": "The database cannot be reached; the same request may go through later.",
    "overloaded": "Too much is waiting; try again in a moment.",
    "event-unreadable": "A stored event was written by another version of Tocsin.",
    "internal-error": "Something unforeseen happened; it is in the log under the request id.",
}

_HEADERS: Final = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "1"},  # second
}
_KEY: Final = re.compile(r"tocsin_[^/]+")


class Problem(JSONResponse):
    """An answer that says what went wrong, in the shape of RFC 9457."""

    media_type = "application/problem+json"


def problem_of(request: Request, refusal: CommandRejected) -> Problem:
    """Return the refusal as the caller reads it."""
    status, _ = REFUSALS[type(refusal)]
    members = problem_members(request, refusal)
    headers = _HEADERS.get(status)
    if "retry_after" in refusal.facts:
        headers = {"Retry-After": str(refusal.facts["retry_after"])}  # seconds
    return Problem(members, status_code=status.value, headers=headers)


def problem_members(request: Request, refusal: CommandRejected) -> dict[str, object]:
    """Return the members of a refusal's problem."""
    status, slug = REFUSALS[type(refusal)]
    words = {"title": title_of(type(refusal)), "detail": refusal.detail}
    return _members(request, status, slug, {**refusal.facts, **words})


def fault_of(request: Request, fault: Exception) -> Problem:
    """Return a fault of the world as the caller reads it: nothing was promised, try again."""
    status, slug = next(
        (FAULTS[kind] for kind in type(fault).__mro__ if kind in FAULTS), FAULTS[LogFault]
    )
    return _fault(request, status, slug)


def internal_error(request: Request) -> Problem:
    """Return a defect of ours as the caller reads it, without any detail of it."""
    return _fault(request, HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error")


def _fault(request: Request, status: HTTPStatus, slug: str) -> Problem:
    members = _members(request, status, slug, {"title": FAULT_TITLES[slug]})
    return Problem(members, status_code=status.value, headers=_HEADERS.get(status))


def _members(
    request: Request, status: HTTPStatus, slug: str, words: Mapping[str, object]
) -> dict[str, object]:
    return {
        **words,  # what the facts say comes first, so that every problem's own members win
        "type": f"{request.app.state.dependencies.settings.public_url}/problems#{slug}",
        "status": status.value,
        "instance": without_keys(request.url.path),
        "code": slug,
        "request_id": request.state.request_id,
    }


def title_of(refusal: type[CommandRejected]) -> str:
    """Return the first line of a refusal's docstring: it is the same for every occurrence."""
    return (refusal.__doc__ or refusal.__name__).strip().splitlines()[0]


def without_keys(path: str) -> str:
    """Return a path that may be written down: a key in it is left out."""
    return _KEY.sub("…", path)
