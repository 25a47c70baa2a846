"""Alerts of one notification, kept in little room until the name of their group is known.

Alertmanager writes that name behind the alerts. Alerts of one group resemble each other, so they
are kept compressed, a block at a time; a notification of ordinary size never comes to that.
"""

import zlib
from collections.abc import Iterator
from typing import Final

import msgspec

from services.api.intake.sources.notification import NotifiedAlert

BLOCK_ALERTS: Final = 250
BLOCK_CHARACTERS: Final = 1_000_000
_FAST: Final = 1  # the compression that costs least

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(list[NotifiedAlert])


class AlertSpool:
    """Alerts in the order of their arrival, read back a block at a time."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._last: list[NotifiedAlert] = []
        self._characters = 0  # in the last block
        self.count = 0
        self.mended = 0

    def add(self, alert: NotifiedAlert) -> None:
        """Keep one more alert."""
        self._last.append(alert)
        self._characters += _size(alert)
        self.count += 1
        self.mended += alert.mended
        if len(self._last) == BLOCK_ALERTS or self._characters > BLOCK_CHARACTERS:
            self._blocks.append(zlib.compress(_encoder.encode(self._last), _FAST))
            self._last, self._characters = [], 0

    def blocks(self) -> Iterator[list[NotifiedAlert]]:
        """Yield the alerts, a block at a time."""
        for block in self._blocks:
            yield _decoder.decode(zlib.decompress(block))
        if self._last:
            yield self._last


def _size(alert: NotifiedAlert) -> int:
    texts = (alert.labels, alert.annotations)
    return sum(len(name) + len(text) for one in texts for name, text in one.items())
