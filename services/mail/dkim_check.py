"""DKIM check: whose signature a mail carries, and whether it is theirs (RFC 6376), by dkimpy."""

from dataclasses import dataclass
from typing import Final

import dkim

from services.mail.resolving import LookupFailed, Resolver

SIGNATURES: Final = 5  # of one mail
# What a mail says is in these. One that is signed and comes twice was added by somebody else.
SIGNED: Final = b"subject"
_NO_LENGTH: Final = b"l"  # a signature for the beginning of the text: anybody may go on behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature, and what became of its check."""

    result: str  # pass, fail, policy, permerror, temperror
    domain: str = ""
    reason: str = ""


def signatures_of(raw: bytes, number: int, resolver: Resolver) -> list[Signature]:
    """Return what the first signatures of a mail are worth."""
    return [_checked(raw, one, resolver) for one in range(min(number, SIGNATURES))]


def _checked(raw: bytes, index: int, resolver: Resolver) -> Signature:
    def key_at(name: bytes, timeout: float = 0) -> bytes | None:  # noqa: ARG001  ours is shorter
        found = resolver.texts(name.decode("ascii", "replace").rstrip("."))
        return found[0] if found else None

    try:
        check = dkim.DKIM(raw)
        holds = check.verify(index, dnsfunc=key_at)
    except LookupFailed as fault:
        return Signature(result="temperror", reason=str(fault))
    except dkim.DKIMException as wrong:
        return Signature(result="permerror", reason=str(wrong))
    except (ValueError, TypeError, KeyError, IndexError, ArithmeticError) as junk:
        return Signature(result="permerror", reason=f"It is no signature: {type(junk).__name__}.")
    return _worth(check, holds=holds)


def _worth(check: dkim.DKIM, *, holds: bool) -> Signature:
    """Return what a signature is worth that was read."""
    domain = (check.domain or b"").decode("ascii", "replace").lower()
    if not holds:
        return Signature(result="fail", domain=domain)
    if _NO_LENGTH in check.signature_fields:
        return Signature(result="policy", domain=domain, reason="It signs a part of the text.")
    if SIGNED not in check.include_headers:
        return Signature(result="policy", domain=domain, reason="It does not sign the subject.")
    return Signature(result="pass", domain=domain)
