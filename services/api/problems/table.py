"""Problem table (RFC 9457): a status for each kind of refusal, an anchor for each name."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.responses import JSONResponse

from events import errors, registry
from events.errors import CommandRejected, LogFault
from events.postmortem.refusals import SectionChanged
from services import request_refusals as refusals
from services.request_refusals import RequestRefused

STATUSES: Final[dict[type[CommandRejected], HTTPStatus]] = {
    CommandRejected: HTTPStatus.CONFLICT,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.Unprocessable: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Gone: HTTPStatus.GONE,
    SectionChanged: HTTPStatus.PRECONDITION_FAILED,
    errors.AppendTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")


def status_of(refusal: type[CommandRejected]) -> HTTPStatus:
    """Return the status that a refusal is answered with: that of its kind."""
    if issubclass(refusal, RequestRefused):
        return refusal.status
    return next(STATUSES[kind] for kind in refusal.__mro__ if kind in STATUSES)


def slug_of(refusal: type[CommandRejected]) -> str:
    """Return the anchor of a refusal: its name in words, as in incident-not-found."""
    return refusal.slug or _WORD.sub("-", refusal.__name__).lower()


def every_refusal() -> list[type[CommandRejected]]:
    """Return the refusals of the rules and of the API, by their anchors."""
    ours = [one for one in vars(refusals).values() if isinstance(one, type)]
    of_requests = [one for one in ours if issubclass(one, RequestRefused)]
    return sorted([*registry.REFUSALS, *of_requests], key=slug_of)


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

# How another product words what went wrong: from the members of the problem to its status and body.
type Wording = Callable[[Mapping[str, Any]], tuple[HTTPStatus, Mapping[str, Any]]]
WORDED: Final = "x-refused-as-the-original"  # an operation with such a wording, in the document


class Problem(JSONResponse):
    """Problem response: what went wrong, in the form of RFC 9457."""

    media_type = "application/problem+json"


def problem_of(request: Request, refusal: CommandRejected) -> JSONResponse:
    """Return the refusal as the caller reads it."""
    answer = _answer(request, status_of(type(refusal)), problem_members(request, refusal))
    if "retry_after" in refusal.facts:
        answer.headers["Retry-After"] = str(refusal.facts["retry_after"])  # seconds
    return answer


def problem_members(request: Request, refusal: CommandRejected) -> dict[str, object]:
    """Return the members of a refusal's problem."""
    status, slug = status_of(type(refusal)), slug_of(type(refusal))
    words = {"title": title_of(type(refusal)), "detail": refusal.detail}
    return _members(request, status, slug, {**refusal.facts, **words})


def fault_of(request: Request, fault: Exception) -> JSONResponse:
    """Return a fault of the world as the caller reads it: nothing was promised, try again."""
    status, slug = next(
        (FAULTS[kind] for kind in type(fault).__mro__ if kind in FAULTS), FAULTS[LogFault]
    )
    return _fault(request, status, slug)


def internal_error(request: Request) -> JSONResponse:
    """Return a defect of ours as the caller reads it, without any detail of it."""
    return _fault(request, HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error")


def _fault(request: Request, status: HTTPStatus, slug: str) -> JSONResponse:
    return _answer(request, status, _members(request, status, slug, {"title": FAULT_TITLES[slug]}))


def _answer(request: Request, status: HTTPStatus, members: Mapping[str, Any]) -> JSONResponse:
    """Return the answer: a problem, but in the words of another product to who expects those."""
    wording: Wording | None = getattr(request.state, "wording", None)
    if wording is None:
        return Problem(members, status_code=status.value, headers=_HEADERS.get(status))
    status, body = wording(members)
    return JSONResponse(body, status_code=status.value, headers=_HEADERS.get(status))


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
