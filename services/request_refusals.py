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

    def __init_subclass__(cls, status: HTTPStatus | None = None) -> None:
        cls.status = status or cls.status


class RequestInvalid(RequestRefused, status=HTTPStatus.UNPROCESSABLE_ENTITY):
    """Some values of the request are not valid."""

    def __init__(self, *errors: Invalid, left_out: int = 0) -> None:
        where = ", ".join(error.field for error in errors)
        more = f" and {left_out} more" if left_out else ""
        super().__init__(
            f"Not allowed: {where}{more}.",
            errors=[{"field": error.field, "reason": error.reason} for error in errors],
        )


class KeptToItself(RequestRefused, status=HTTPStatus.FORBIDDEN):
    """The team keeps its incidents to itself."""


class PostmortemKept(RequestRefused, status=HTTPStatus.FORBIDDEN):
    """The postmortem was published for others."""


class BodyMalformed(RequestRefused):
    """The body is not strict JSON."""


class BodyUnmapped(RequestRefused, status=HTTPStatus.UNPROCESSABLE_ENTITY):
    """The integration's mapping cannot read the body."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, errors=[{"field": f"mapping.{field}", "reason": detail}])


class BodyTooLarge(RequestRefused, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
    """The body is too large."""


class BodyNotTaken(RequestRefused):
    """The operation takes no body."""


class MediaTypeUnsupported(RequestRefused, status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE):
    """The body's media type or encoding is not supported."""


class RequestTooSlow(RequestRefused, status=HTTPStatus.REQUEST_TIMEOUT):
    """The body did not arrive in time."""


class RequestMalformed(RequestRefused):
    """The request cannot be read."""


class NotAuthenticated(RequestRefused, status=HTTPStatus.UNAUTHORIZED):
    """A valid API key is required."""


class SignatureWrong(RequestRefused, status=HTTPStatus.UNAUTHORIZED):
    """The message is not signed, or not by the sender that it names."""


class PermissionMissing(RequestRefused, status=HTTPStatus.FORBIDDEN):
    """The API key lacks the permission."""


class SpeaksForAnother(RequestRefused, status=HTTPStatus.FORBIDDEN):
    """The API key belongs to one responder and cannot act for another."""


class PersonMissing(RequestRefused, status=HTTPStatus.FORBIDDEN):
    """Nobody knows which person this is for."""


class RouteNotFound(RequestRefused, status=HTTPStatus.NOT_FOUND):
    """There is nothing at this path."""


class SenderAlertUnknown(RequestRefused, status=HTTPStatus.NOT_FOUND):
    """The sender's integration has no such alert."""


class SenderRequestUnknown(RequestRefused, status=HTTPStatus.NOT_FOUND):
    """The sender's integration made no such request."""


class MethodNotAllowed(RequestRefused, status=HTTPStatus.METHOD_NOT_ALLOWED):
    """The path does not support this method."""


class CommandNotFound(RequestRefused, status=HTTPStatus.NOT_FOUND):
    """There is no such command."""


class ArrivalNotFound(RequestRefused, status=HTTPStatus.NOT_FOUND):
    """There is no such message of a monitor."""


class ArrivalNotReplayable(RequestRefused, status=HTTPStatus.CONFLICT):
    """The message of a monitor cannot be taken anew."""


class DeadLetterNotFound(RequestRefused, status=HTTPStatus.NOT_FOUND):
    """There is no such dead letter."""


class VersionMismatch(RequestRefused, status=HTTPStatus.PRECONDITION_FAILED):
    """It has changed since the version in If-Match."""


class ProjectionBehind(RequestRefused, status=HTTPStatus.SERVICE_UNAVAILABLE):
    """Not readable yet; try again in a moment."""


class FiringInDoubt(RequestRefused, status=HTTPStatus.SERVICE_UNAVAILABLE):
    """An alert fires that has only just ended; send it again."""


class SenderUnreachable(RequestRefused, status=HTTPStatus.SERVICE_UNAVAILABLE):
    """What proves who sent the message cannot be fetched; send it again."""


class VerificationUnavailable(RequestRefused, status=HTTPStatus.CONFLICT):
    """Contact methods cannot be verified by this installation."""


class DidNotExistYet(RequestRefused, status=HTTPStatus.NOT_FOUND):
    """It did not exist at that time."""


class SignInNotBegun(RequestRefused):
    """The sign-in was not begun in this browser, or too long ago."""


class IdentityProviderRefused(RequestRefused, status=HTTPStatus.FORBIDDEN):
    """The identity provider did not let the person sign in."""


class IdentityNotProven(RequestRefused, status=HTTPStatus.FORBIDDEN):
    """The identity provider's answer does not prove who signs in."""


class IdentityNotAdmitted(RequestRefused, status=HTTPStatus.FORBIDDEN):
    """The person proved who they are, and may not sign in here."""


class IdentityProviderUnavailable(RequestRefused, status=HTTPStatus.SERVICE_UNAVAILABLE):
    """The identity provider cannot be asked; try again, or sign in by other means."""


class LogoutTokenRefused(RequestRefused):
    """The logout token is not one that the identity provider would send."""


class SignInRefused(RequestRefused, status=HTTPStatus.UNAUTHORIZED):
    """Nobody was signed in."""


class SignInBusy(RequestRefused, status=HTTPStatus.SERVICE_UNAVAILABLE):
    """Too many people sign in at once."""


class PasswordRefused(RequestRefused, status=HTTPStatus.UNPROCESSABLE_ENTITY):
    """The password is too easy to guess."""


class PasskeyRefused(RequestRefused, status=HTTPStatus.UNPROCESSABLE_ENTITY):
    """The passkey did not prove who it is."""


class LinkNotGood(RequestRefused, status=HTTPStatus.GONE):
    """The link is good no more."""


class LinkKeyNeeded(RequestRefused, status=HTTPStatus.CONFLICT):
    """No link can be signed."""


class EmailTaken(RequestRefused, status=HTTPStatus.CONFLICT):
    """Another account signs in with that address."""


class SessionNeeded(RequestRefused, status=HTTPStatus.FORBIDDEN):
    """Whoever asks is no person."""


class SessionNotFound(RequestRefused, status=HTTPStatus.NOT_FOUND):
    """There is no such session."""
