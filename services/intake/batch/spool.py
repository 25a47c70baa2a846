"""Signal spool: keeps a storm's signals in little room until what is said of them all is known.

Alertmanager, for one, writes the name of the group behind its alerts. Alerts of one group resemble
each other, so they are kept compressed, a block at a time; an ordinary batch never comes to that.
"""

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import msgspec

from services.intake.batch.signal import LISTED, PackedSignals, Signal

BLOCK_SIGNALS: Final = 250
BLOCK_CHARACTERS: Final = 1_000_000
_FAST: Final = 1  # the compression that costs least

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(list[Signal])


class Spool:
    """Takes signals one by one, and counts them."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._last: list[Signal] = []
        self._characters = 0  # in the last block
        self._mended = 0
        self._firing = 0
        self._listed: list[Signal] = []
        self._began_at: datetime | None = None
        self.count = 0

    def add(self, signal: Signal) -> None:
        """Keep one more signal."""
        self.count += 1
        self._mended += signal.mended
        if signal.firing:
            self._count_firing(signal)
        self._last.append(signal)
        self._characters += _size(signal)
        if len(self._last) == BLOCK_SIGNALS or self._characters > BLOCK_CHARACTERS:
            self._blocks.append(zlib.compress(_encoder.encode(self._last), _FAST))
            self._last, self._characters = [], 0

    def _count_firing(self, signal: Signal) -> None:
        self._firing += 1
        if len(self._listed) < LISTED:
            self._listed.append(signal)
        earlier = self._began_at is None or signal.started_at < self._began_at
        if signal.start_known and earlier:
            self._began_at = signal.started_at

    def done(self) -> PackedSignals:
        """Return what was taken."""
        return PackedSignals(
            packed=tuple(self._blocks),
            last=tuple(self._last),
            count=self.count,
            mended=self._mended,
            firing=self._firing,
            listed=tuple(self._listed),
            began_at=self._began_at,
        )


def packed(signals: Iterable[Signal]) -> PackedSignals:
    """Return the signals of a message that was read whole."""
    spool = Spool()
    for signal in signals:
        spool.add(signal)
    return spool.done()


def blocks_of(signals: PackedSignals) -> Iterator[list[Signal]]:
    """Yield the signals, a block at a time."""
    for block in signals.packed:
        yield _decoder.decode(zlib.decompress(block))
    if signals.last:
        yield list(signals.last)


def _size(signal: Signal) -> int:
    texts = (signal.labels, signal.annotations)
    return sum(len(name) + len(text) for one in texts for name, text in one.items())
