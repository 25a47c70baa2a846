"""Verification codes: six digits, made from the request under a secret key, so that none is kept.

A code is short, so a plain hash of it would tell it to whoever reads the log; and made anew from
the same request, a repeat of the request sends the same code.
"""

import hmac
from typing import Final
from uuid import UUID

from pydantic import SecretStr

from services.request_refusals import VerificationUnavailable

DIGITS: Final = 6
CODE: Final = b"tocsin verification code 1\0"
PROOF: Final = b"tocsin verification proof 1\0"


class VerificationCodes:
    """Makes codes, and what the log keeps of them."""

    def __init__(self, key: SecretStr | None) -> None:
        if key is None:
            raise VerificationUnavailable(
                "Codes are made with TOCSIN_LINK_KEY, which is not set: set it to 32 characters "
                "or more, the same in every process."
            )
        self._key = key.get_secret_value().encode()

    def code(self, request_id: UUID) -> str:
        """Return the code of a request."""
        digest = hmac.digest(self._key, CODE + request_id.bytes, "sha256")
        return f"{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}}"

    def digest(self, request_id: UUID, code: str) -> str:
        """Return what the log keeps of a code that somebody was sent, or has entered."""
        proof = PROOF + request_id.bytes + code.encode()
        return hmac.digest(self._key, proof, "sha256").hex()
