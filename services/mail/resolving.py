"""Resolving of names: what DNS says, within seconds, or that it said nothing."""

from collections.abc import Sequence
from typing import Any, Final

import dns.exception
import dns.name
import dns.resolver

LOOKUP_SECONDS: Final = 2.0
TEXT_LENGTH: Final = 1_024  # of a record: a key of 4096 bits, and none that takes long to use
REMEMBERED: Final = 1_000  # answers, for as long as they hold


class LookupFailed(Exception):
    """DNS did not answer. It may the next time."""


class Resolver:
    """Asks the name servers of this machine, or those that are named."""

    def __init__(self, nameserver: tuple[str, int] | None = None) -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=nameserver is None)
        except dns.resolver.NoResolverConfiguration:
            self._resolver = dns.resolver.Resolver(configure=False)
        if nameserver is not None:
            self._resolver.nameservers = [nameserver[0]]
            self._resolver.port = nameserver[1]
        self._resolver.lifetime = LOOKUP_SECONDS
        self._resolver.cache = dns.resolver.LRUCache(REMEMBERED)

    def records(self, name: str, kind: str) -> Sequence[Any]:
        """Return the records of a name; none where it has none.

        Raises: LookupFailed.
        """
        try:
            answer = self._resolver.resolve(name, kind, raise_on_no_answer=False, search=False)
        except (dns.resolver.NXDOMAIN, dns.name.LabelTooLong, dns.name.EmptyLabel):
            return ()
        except (dns.exception.DNSException, UnicodeError, ValueError, OSError) as fault:
            raise LookupFailed(f"DNS does not answer for {name}: {fault}") from fault
        return tuple(answer.rrset or ())

    def texts(self, name: str) -> list[bytes]:
        """Return the text records of a name, each whole.

        Raises: LookupFailed.
        """
        whole = (b"".join(record.strings) for record in self.records(name, "TXT"))
        return [text for text in whole if len(text) <= TEXT_LENGTH]
