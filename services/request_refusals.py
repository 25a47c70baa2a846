"""Why a request was refused before it became a command; each docstring is the problem's title."""

from dataclasses import dataclass

from events.errors import CommandRejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    """One thing that is wrong with a request. Says where and why, never what was sent."""

    field: str  # body.title, query.limit, header.If-Match
    reason: str


class RequestRefused(CommandRejected):
    """The request was refused."""


class RequestInvalid(RequestRefused):
    """The request is understood, but some of its values are not allowed."""

    def __init__(self, *errors: Invalid, left_out: int = 0) -> None:
        where = ", ".join(error.field for error in errors)
        more = f" and {left_out} more" if left_out else ""
        super().__init__(
            f"Not allowed: {where}{more}.",
            errors=[{"field": error.field, "reason": error.reason} for error in errors],
        )


class BodyMalformed(RequestRefused):
    """The body is not the strict JSON that is accepted here."""


class BodyTooLarge(RequestRefused):
    """The body is larger than is accepted here."""


class BodyNotTaken(RequestRefused):
    """The operation takes no body."""


class MediaTypeUnsupported(RequestRefused):
    """The body's media type or encoding is not accepted here."""


class RequestTooSlow(RequestRefused):
    """The body did not arrive in time."""


class RequestMalformed(RequestRefused):
    """The request cannot be read."""


class NotAuthenticated(RequestRefused):
    """A good API key is needed."""


class PermissionMissing(RequestRefused):
    """The API key may not do this."""


class SpeaksForAnother(RequestRefused):
    """The API key belongs to a responder and speaks for nobody else."""


class RouteNotFound(RequestRefused):
    """There is nothing at this path."""


class MethodNotAllowed(RequestRefused):
    """The path does not take this method."""


class CommandNotFound(RequestRefused):
    """There is no such command."""


class DeadLetterNotFound(RequestRefused):
    """There is no such dead letter."""


class VersionMismatch(RequestRefused):
    """It has changed since the version named in If-Match."""


class ProjectionBehind(RequestRefused):
    """What was asked for is not readable yet; try again in a moment."""


class FiringInDoubt(RequestRefused):
    """An alert fires that has only just ended; send it again if it fires still."""


class DidNotExistYet(RequestRefused):
    """It did not exist yet at the time that was asked for."""
