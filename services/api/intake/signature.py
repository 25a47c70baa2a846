"""Signatures: who sent a message, and that nobody changed it, by the bytes that were received.

The key in the address says already which integration it is. A signature says more: the address
alone, once it has leaked, opens nothing.
"""

import hmac
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from events.values.personal import ERASED
from services.intake.arrival import Arrival
from services.request_refusals import SignatureWrong

TOLERANCE: Final = timedelta(minutes=5)  # between the clocks; a message that is older was replayed
MOST_DIGITS: Final = 12  # of a Unix time


class Check(Protocol):
    """Checks the signature of one message, a part at a time."""

    def update(self, part: bytes) -> None:
        """Take the next bytes, as they were received."""
        ...

    def require(self) -> None:
        """Return if the signature is that of the bytes.

        Raises: SignatureWrong.
        """
        ...


class Unchecked:
    """Check of a message that needs no signature."""

    def update(self, part: bytes) -> None:
        """Take the next bytes."""

    def require(self) -> None:
        """Return: the key is enough."""


class HmacCheck:
    """Check by HMAC-SHA256, in hex."""

    def __init__(self, secret: str, sent: str, header: str) -> None:
        self._sum = hmac.new(secret.encode(), digestmod="sha256")
        self._sent = sent
        self._header = header

    def update(self, part: bytes) -> None:
        """Take the next bytes."""
        self._sum.update(part)

    def require(self) -> None:
        """Return if the signature is that of the bytes."""
        if not hmac.compare_digest(self._sum.hexdigest().encode(), self._sent.lower().encode()):
            raise SignatureWrong(
                f"{self._header} is not the signature of this body under the integration's signing"
                " secret: compare the secret at the sender with the one that was set here."
            )


@dataclass(frozen=True, slots=True)
class HexSignature:
    """Signature in a header, in hex; with the time in another one, before the body."""

    header: str
    time_header: str = ""  # Unix seconds; where it is sent, "<time>:" is signed before the body
    before: str = ""  # what some senders write before it, as "sha256="

    def begun(self, arrival: Arrival, secret: str) -> HmacCheck:
        """Return the check of a message that has just come.

        Raises: SignatureWrong (there is none, or it is too old).
        """
        headers: Mapping[str, str] = arrival.headers
        sent = headers.get(self.header.lower(), "")
        if not sent:
            raise SignatureWrong(
                f"This integration takes signed messages only: send {self.header}."
            )
        check = HmacCheck(secret, sent.removeprefix(self.before), self.header)
        time = headers.get(self.time_header.lower(), "") if self.time_header else ""
        if time:
            self._require_new(time, arrival.at)
            check.update(f"{time}:".encode())
        return check

    def _require_new(self, time: str, at: datetime) -> None:
        known = time.isascii() and time.isdigit() and len(time) <= MOST_DIGITS
        try:
            sent_at = datetime.fromtimestamp(int(time), UTC) if known else None
        except (ValueError, OverflowError, OSError):
            sent_at = None
        if sent_at is None or abs(at - sent_at) > TOLERANCE:
            raise SignatureWrong(
                f"{self.time_header} is not the Unix time of the last 5 minutes: send the message"
                " anew, and compare the clocks."
            )


def check_for(signature: HexSignature | None, arrival: Arrival) -> Check:
    """Return how a message is checked; an integration with a signing secret takes no other.

    Raises: SignatureWrong.
    """
    secret = arrival.sender.signing_secret
    if secret is None:
        return Unchecked()
    if secret == ERASED:
        raise SignatureWrong("The signing secret of this integration was erased: set another one.")
    if signature is None:
        raise SignatureWrong(
            "This integration takes signed messages only, and messages of this kind are never"
            " signed: use an integration without a signing secret."
        )
    return signature.begun(arrival, secret)


async def checked(
    parts: AsyncIterator[bytes], signature: HexSignature | None, arrival: Arrival
) -> AsyncIterator[bytes]:
    """Yield the parts of a body, and refuse it at its end unless it was signed as it must be.

    Raises: SignatureWrong.
    """
    check = check_for(signature, arrival)
    async for part in parts:
        check.update(part)
        yield part
    check.require()
