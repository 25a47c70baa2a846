"""Asking a provider: guarded, within a deadline, and read strictly."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

from activities.delivery.faults import DeliveryFault
from activities.delivery.outbound import LONGEST_ANSWER, Answer, Outbound
from services.identity.oidc.connection import Connection
from services.request_refusals import BodyMalformed, IdentityProviderUnavailable
from services.strict_json import read_json

DEADLINE: Final = timedelta(seconds=5)
HEADERS: Final = {"User-Agent": "Tocsin", "Accept": "application/json"}
_OK: Final = 200
_BUSY: Final = 429
_BROKEN: Final = 500


class Line(Protocol):
    """How somebody is asked over HTTP."""

    async def get(self, url: str, *, headers: Mapping[str, str]) -> Answer:
        """Return what is there."""
        ...

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Return the answer to the body."""
        ...


class Asking:
    """Asks one provider. What it does not answer is a 503 that says so, and never our fault."""

    def __init__(self, connection: Connection, line: Line | None = None) -> None:
        self._label = connection.label
        self._line = line or Outbound(allow_private=connection.allow_private, deadline=DEADLINE)

    async def published(self, url: str) -> dict[str, Any]:
        """Return the object that the provider publishes there.

        Raises: IdentityProviderUnavailable.
        """
        answer = await self.got(url, {})
        return self.members(answer)

    async def got(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Return the answer there, which is a good one.

        Raises: IdentityProviderUnavailable.
        """
        try:
            answer = await self._line.get(url, headers={**HEADERS, **headers})
        except DeliveryFault as fault:
            raise self.unavailable(fault.code) from None
        if answer.status != _OK:
            raise self.unavailable(f"http_{answer.status}")
        return answer

    async def posted(self, url: str, headers: Mapping[str, str], form: str) -> Answer:
        """Return the answer to the form, which is a good one or a refusal.

        Raises: IdentityProviderUnavailable.
        """
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = await self._line.post(
                url, headers={**HEADERS, **form_type, **headers}, body=form.encode()
            )
        except DeliveryFault as fault:
            raise self.unavailable(fault.code) from None
        if answer.status == _BUSY or answer.status >= _BROKEN:
            raise self.unavailable(f"http_{answer.status}")
        return answer

    def members(self, answer: Answer) -> dict[str, Any]:
        """Return the object in the answer.

        Raises: IdentityProviderUnavailable.
        """
        if len(answer.body) >= LONGEST_ANSWER:
            raise self.unavailable("answer_too_long")
        try:
            found = read_json(answer.body)
        except BodyMalformed:
            raise self.unavailable("answer_unreadable") from None
        if not isinstance(found, dict):
            raise self.unavailable("answer_unreadable")
        return found

    def unavailable(self, code: str) -> IdentityProviderUnavailable:
        """Return the refusal of a sign-in that the provider is not there for."""
        return IdentityProviderUnavailable(
            f"{self._label} cannot be asked just now ({code}). Try again in a minute, or sign in"
            " with a password or a passkey.",
            code=code,
        )
