"""Vouching: who stands up for the sender of a mail, by DKIM and by SPF.

A domain vouches for a mail where it signed it, or lets the server send that brought it, and is the
domain in `From`, or one above it. What DNS does not say in time is left open, and keeps no page.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from ipaddress import ip_address, ip_network
from typing import Final

import structlog

from events.values.plain_text import cut, one_line
from services.api.intake.sources.email.mail import parsed
from services.mail.dkim_check import Signature, signatures_of
from services.mail.received_mail import ReceivedMail
from services.mail.resolving import Resolver
from services.mail.spf_check import spf_result

SECONDS: Final = 10.0
THREADS: Final = 8
HEAD_LENGTH: Final = 64 * 1024  # a longer header is nobody's that signs
ONCE: Final = ("from", "subject", "content-type", "content-transfer-encoding")
RESULTS_LENGTH: Final = 900
NEAR: Final = tuple(  # this machine and private networks, containers' too (RFC 1918, RFC 4193)
    map(
        ip_network,
        (
            *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
            *("::1/128", "fc00::/7", "fe80::/10"),
        ),
    )
)

logs = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """Result of the checks."""

    results: str  # as in a field Authentication-Results (RFC 8601)
    by: str = ""  # who vouches, and by what; empty: nobody
    left_open: bool = False  # DNS did not say


class Voucher:
    """Checks mails, beside the event loop."""

    def __init__(self, resolver: Resolver, named: str) -> None:
        self._resolver = resolver
        self._named = named  # who checks
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="vouching")

    async def vouch(self, mail: ReceivedMail) -> Vouching:
        """Return who vouches for a mail. Never raises."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(SECONDS):
                return await loop.run_in_executor(self._threads, self._checked, mail)
        except TimeoutError:
            results = f"{self._named}; dkim=temperror; spf=temperror"
            return Vouching(results=results, left_open=True)
        except Exception:
            logs.exception("mail_not_checked")
            results = f"{self._named}; dkim=permerror; spf=permerror"
            return Vouching(results=results)

    def close(self) -> None:
        """Wait for nothing: what is still asked of DNS ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _checked(self, mail: ReceivedMail) -> Vouching:
        head, gap, _ = mail.raw[:HEAD_LENGTH].partition(b"\r\n\r\n")
        message = parsed(head + b"\r\n\r\n")
        signatures: Sequence[Signature] = ()
        if gap or len(mail.raw) < HEAD_LENGTH:
            number = len(message.get_all("dkim-signature", []))
            signatures = signatures_of(mail.raw, number, self._resolver)
        asked = mail.mail_from.rpartition("@")[2].lower()
        spf = self._spf(mail, asked)
        author = _domain_of(message)
        dkim_by = [one.domain for one in signatures if one.result == "pass"]
        by = [f"dkim {one}" for one in dkim_by if is_above(one, author)]
        by += [f"spf {asked}"] if spf == "pass" and is_above(asked, author) else []
        return Vouching(
            results=self._results(signatures, spf, asked),
            by=", ".join(dict.fromkeys(by)),
            left_open=spf == "temperror" or any(one.result == "temperror" for one in signatures),
        )

    def _spf(self, mail: ReceivedMail, asked: str) -> str:
        """Return what SPF says; `none` of a bounce, and where nobody says whose server it was."""
        if not mail.knows_client or not asked or mail.mail_from == "<>" or is_near(mail.client):
            return "none"
        return spf_result(mail.client, mail.mail_from, mail.helo, self._resolver)

    def _results(self, signatures: Sequence[Signature], spf: str, asked: str) -> str:
        said = [
            f"dkim={one.result}"
            + (f" header.d={one.domain}" if one.domain else "")
            + (f" ({one.reason})" if one.reason else "")
            for one in signatures
        ] or ["dkim=none"]
        by_spf = f"spf={spf}" + (f" smtp.mailfrom={asked}" if spf != "none" else "")
        return cut(one_line("; ".join((self._named, *said, by_spf))), RESULTS_LENGTH)


def is_near(client: str) -> bool:
    """Return whether a client has no address that a domain could name, such as a neighbour's."""
    try:
        address = ip_address(client)
    except ValueError:
        return True
    return any(address in network for network in NEAR)


def is_above(domain: str, author: str) -> bool:
    """Return whether a domain speaks for an author: their own, or one above that is no top one."""
    return "." in domain and (author == domain or author.endswith(f".{domain}"))


def _domain_of(message: Message) -> str:
    """Return the domain of the one author; none where a field that counts comes twice."""
    if any(len(message.get_all(name, [])) > 1 for name in ONCE):
        return ""
    authors = getaddresses([str(one) for one in message.get_all("from", [])])
    return authors[0][1].rpartition("@")[2].lower() if len(authors) == 1 else ""
