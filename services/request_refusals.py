"""Request refusals: why a request did not become a command; each docstring is a problem's title."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from events.errors import CommandRejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    """One thing that is wrong with a request: where and why. It repeats nothing but ids."""

    field: str  # body.title, query.limit, header.If-Match
    reason: str


class RequestRefused(CommandRejected):
    """The request was refused."""

    status: ClassVar = HTTPStatus.BAD_REQUEST


class RequestInvalid(RequestRefused):
    """Some values of the request are not valid."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, *errors: Invalid, left_out: int = 0) -> None:
        where = ", ".join(error.field for error in errors)
        more = f" and {left_out} more" if left_out else ""
        super().__init__(
            f"Not allowed: {where}{more}.",
            errors=[{"field": error.field, "reason": error.reason} for error in errors],
        )


class BodyMalformed(RequestRefused):
    """The body is not strict JSON."""


class BodyTooLarge(RequestRefused):
    """The body is too large."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class BodyNotTaken(RequestRefused):
    """The operation takes no body."""


class MediaTypeUnsupported(RequestRefused):
    """The body's media type or encoding is not supported."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class RequestTooSlow(RequestRefused):
    """The body did not arrive in time."""

    status = HTTPStatus.REQUEST_TIMEOUT


class RequestMalformed(RequestRefused):
    """The request cannot be read."""


class NotAuthenticated(RequestRefused):
    """A valid API key is required."""

    status = HTTPStatus.UNAUTHORIZED


class PermissionMissing(RequestRefused):
    """The API key lacks the permission."""

    status = HTTPStatus.FORBIDDEN


class SpeaksForAnother(RequestRefused):
    """The API key belongs to one responder and cannot act for another."""

    status = HTTPStatus.FORBIDDEN


class RouteNotFound(RequestRefused):
    """There is nothing at this path."""

    status = HTTPStatus.NOT_FOUND


class MethodNotAllowed(RequestRefused):
    """The path does not support this method."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class CommandNotFound(RequestRefused):
    """There is no such command."""

    status = HTTPStatus.NOT_FOUND


class DeadLetterNotFound(RequestRefused):
    """There is no such dead letter."""

    status = HTTPStatus.NOT_FOUND


class VersionMismatch(RequestRefused):
    """It has changed since the version in If-Match."""

    status = HTTPStatus.PRECONDITION_FAILED


class ProjectionBehind(RequestRefused):
    """Not readable yet; try again in a moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class FiringInDoubt(RequestRefused):
    """An alert fires that has only just ended; send it again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class DidNotExistYet(RequestRefused):
    """It did not exist at that time."""

    status = HTTPStatus.NOT_FOUND
