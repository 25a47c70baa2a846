"""Replies of the mail process: what a sender's mail server does with each. Pure.

4xx: it keeps the mail and sends it again, for days. 5xx: it gives up and tells whoever wrote it.
Source: RFC 5321; RFC 3463, the enhanced codes.
"""

from collections.abc import Sequence
from typing import Final

OK: Final = "250 2.0.0 Taken"
NOT_NOW: Final = "451 4.3.0 It cannot be stored now. Send it again."
TOO_MANY_SESSIONS: Final = "421 4.7.0 Too many connections. Try again."
TOO_MANY_RECIPIENTS: Final = "452 4.5.3 Too many recipients. Send it to the others again."
LOOP: Final = "554 5.4.6 This mail goes in circles."
NO_RELAY: Final = "550 5.7.1 Mail is taken for {domain} only."
UNKNOWN: Final = "550 5.1.1 No integration has this address, or it was revoked."
SIGNED_ONLY: Final = "550 5.7.1 This integration takes signed messages only, and no mail."
NOT_VOUCHED: Final = "550 5.7.26 Neither DKIM nor SPF vouches for the domain in From."
NOT_VOUCHED_YET: Final = "451 4.7.5 DNS does not say who vouches for it. Send it again."
CONFUSED: Final = "451 4.3.0 Something went wrong here. Send it again."


def put_off(reason: str) -> str:
    """Return that a mail is to come again, and why."""
    return f"451 4.7.1 {reason}"


def refused(reason: str) -> str:
    """Return that a mail is not taken, and why."""
    return f"554 5.6.0 {reason}"


def for_all(replies: Sequence[str]) -> str:
    """Return the one reply of SMTP to a mail to several: again, if any of them has to.

    Whoever has it then gets it twice, which changes nothing.
    """
    again = [one for one in replies if one.startswith("4")]
    taken = [one for one in replies if one.startswith("2")]
    return (again or taken or replies)[0]


def plain_reply(text: str) -> str:
    """Return a reply as one line of ASCII, no longer than SMTP allows."""
    return " ".join(text.encode("ascii", "replace").decode().split())[:480]
