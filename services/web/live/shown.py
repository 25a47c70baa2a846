"""Shown: the regions of a page at one position of the log, as every viewer of it gets them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

# What script keeps true by itself is no news: how long ago something was, and until when.
_RUNNING: Final = re.compile(r"(<time [^>]*data-(?:since|until)=[^>]*>)[^<]*")
_UNTIL: Final = re.compile(r'<time datetime="([^"]+)"[^>]* data-until=')
_ENDS: Final = re.compile(r"\r\n|\r|\n")  # of lines, for whoever reads server-sent events


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Shown: what a page looks like, and the digest of each of its regions."""

    position: int
    texts: Mapping[str, str] = field(repr=False)
    digests: Mapping[str, bytes] = field(repr=False)
    _messages: dict[frozenset[str], bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, position: int, texts: Mapping[str, str]) -> "Shown":
        """Return the regions with what tells whether they changed."""
        return cls(
            position=position,
            texts=texts,
            digests={name: _digest(text) for name, text in texts.items()},
        )

    def news_for(self, seen: Mapping[str, bytes]) -> frozenset[str]:
        """Return the names of the regions that look different from what was seen."""
        return frozenset(name for name, one in self.digests.items() if seen.get(name) != one)

    def message(self, names: frozenset[str]) -> bytes:
        """Return the event that shows these regions; many viewers get the same one."""
        found = self._messages.get(names)
        if found is None:
            found = self._messages[names] = message("regions", self._partials(names), self.position)
        return found

    def _partials(self, names: Collection[str]) -> str:
        return "".join(
            f'<hx-partial hx-target="#{name}" hx-swap="innerMorph">{text}</hx-partial>'
            for name, text in self.texts.items()
            if name in names
        )


def next_due(texts: Collection[str], now: datetime) -> float | None:
    """Return in how many seconds something on the page is due, None if nothing is.

    Units: seconds.
    """
    instants = (datetime.fromisoformat(one) for text in texts for one in _UNTIL.findall(text))
    return min(((at - now).total_seconds() for at in instants if at > now), default=None)


def message(event: str, data: str, position: int | None = None) -> bytes:
    """Return a server-sent event."""
    lines = "".join(f"data: {line}\n" for line in _ENDS.split(data))
    numbered = "" if position is None else f"id: {position}\n"
    return f"event: {event}\n{numbered}{lines}\n".encode()


def _digest(text: str) -> bytes:
    return sha256(_RUNNING.sub(r"\1", text).encode()).digest()
