"""SPF check: whether a server may send for the domain that it names (RFC 7208), by pyspf."""

from typing import Any, Final

import spf

from services.mail.resolving import LookupFailed, Resolver

SECONDS: Final = 8.0  # for all that a record asks for
VOID_LOOKUPS: Final = 2  # RFC 7208, 4.6.4
_LABEL: Final = 63


class _Query(spf.query):
    """A query whose names are looked up by our resolver."""

    def __init__(self, resolver: Resolver, client: str, mail_from: str, helo: str) -> None:
        super().__init__(client, mail_from, helo, querytime=SECONDS)
        self._resolver = resolver

    def dns(
        self,
        name: str,
        qtype: str,
        cnames: Any = None,  # noqa: ARG002  the resolver follows them
        ignore_void: bool = False,  # noqa: FBT001, FBT002  pyspf's own parameters
    ) -> list[object]:
        """Return what DNS says, as pyspf has it."""
        name = str(name).rstrip(".").lower()
        if not all(0 < len(label) <= _LABEL for label in name.split(".")):
            return []
        known = self.cache.get((name, qtype))
        if known is None:
            try:
                found = self._resolver.records(name, "TXT" if qtype == "SPF" else qtype)
            except LookupFailed as fault:
                raise spf.TempError(str(fault)) from fault
            known = self.cache[name, qtype] = [_value(one, qtype) for one in found]
        if not known and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > VOID_LOOKUPS:
                raise spf.PermError("The record asks for names that are not there.")
        return known


def _value(record: Any, kind: str) -> object:
    if kind in {"A", "AAAA"}:
        return record.address
    if kind == "MX":
        return (record.preference, record.exchange.to_text(omit_final_dot=True))
    if kind == "PTR":
        return record.target.to_text(omit_final_dot=True)
    return record.strings


def spf_result(client: str, mail_from: str, helo: str, resolver: Resolver) -> str:
    """Return the result in the RFC's words: pass, fail, softfail, neutral, none, or an error."""
    try:
        result, _, _ = _Query(resolver, client, mail_from, helo).check()
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError):
        return "permerror"  # a record that pyspf cannot read
    return result
