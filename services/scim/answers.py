"""Answers: resources with their version, and errors in SCIM's own form."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from pydantic import ValidationError
from scim2_models import Context, Error, Resource, ResponseParameters, SCIMException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from events.errors import (
    CommandRejected,
    Conflict,
    Gone,
    LogFault,
    NotFound,
    StreamConflict,
)
from services.request_refusals import EmailTaken, RequestRefused
from services.scim.shapes import etag

MEDIA_TYPE: Final = "application/scim+json"
AGAIN: Final = {"Retry-After": "5"}
BUSY: Final = "Tocsin cannot read or write its log at the moment: send it again."
LONGEST_DETAIL: Final = 500


@dataclass(frozen=True, slots=True, kw_only=False)
class Answer:
    """What a request is answered with."""

    document: dict[str, Any] | None
    status: HTTPStatus = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Return it as HTTP has it."""
        if self.document is None:
            return Response(status_code=self.status, headers=self.headers)
        return JSONResponse(self.document, self.status, self.headers, media_type=MEDIA_TYPE)


def answered(
    resource: Resource[Any],
    context: Context,
    request: Request,
    parameters: ResponseParameters[Any] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Answer:
    """Return a resource with its version and place; nothing, if the asker has this version."""
    meta = resource.meta
    version = (meta.version if meta else None) or ""
    headers = {"ETag": version}
    if meta is not None and meta.location is not None:
        headers["Location" if status == HTTPStatus.CREATED else "Content-Location"] = str(
            meta.location
        )
    if request.method == "GET" and version in _listed(request, "if-none-match"):
        return Answer(None, HTTPStatus.NOT_MODIFIED, headers)
    document = resource.model_dump(scim_ctx=context, response_parameters=parameters)
    return Answer(document, status, headers)


def asked_version(request: Request, version: int) -> bool:
    """Say whether a change may go ahead at this version."""
    wanted = _listed(request, "if-match")
    if request.method == "GET" or not wanted:
        return True
    strong = etag(version).removeprefix("W/")
    return bool({"*", etag(version), strong}.intersection(wanted))


def error_of(fault: Exception) -> Answer | None:
    """Return what a request is refused with, None for a mistake of ours."""
    if isinstance(fault, ValidationError):
        [first, *_] = Error.from_validation_errors(fault)
        return _error(first)
    if isinstance(fault, SCIMException):
        return _error(
            Error(status=fault.status, scim_type=fault.scim_type or None, detail=fault.detail)
        )
    if isinstance(fault, LogFault):
        return _error(Error(status=HTTPStatus.SERVICE_UNAVAILABLE, detail=BUSY), AGAIN)
    if isinstance(fault, CommandRejected):
        status = _status_of(fault)
        wait = AGAIN if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
        kind = "invalidValue" if status == HTTPStatus.BAD_REQUEST else None
        kind = "uniqueness" if isinstance(fault, EmailTaken) else kind
        return _error(Error(status=status, scim_type=kind, detail=fault.detail), wait)
    return None


def _status_of(refused: CommandRejected) -> HTTPStatus:
    if isinstance(refused, RequestRefused):
        unread = HTTPStatus.UNPROCESSABLE_ENTITY
        return HTTPStatus.BAD_REQUEST if refused.status == unread else refused.status
    if isinstance(refused, StreamConflict):
        return HTTPStatus.SERVICE_UNAVAILABLE  # somebody was faster: the same again succeeds
    kinds = {NotFound: HTTPStatus.NOT_FOUND, Gone: HTTPStatus.NOT_FOUND}
    kinds[Conflict] = HTTPStatus.CONFLICT
    return next(
        (status for kind, status in kinds.items() if isinstance(refused, kind)),
        HTTPStatus.BAD_REQUEST,
    )


def _error(error: Error, headers: dict[str, str] | None = None) -> Answer:
    status = HTTPStatus(error.status or HTTPStatus.BAD_REQUEST)
    detail = (error.detail or "")[:LONGEST_DETAIL]
    document = error.model_copy(update={"detail": detail}).model_dump()
    return Answer(document, status, headers or {})


def _listed(request: Request, header: str) -> list[str]:
    return [one.strip() for one in request.headers.get(header, "").split(",") if one.strip()]
