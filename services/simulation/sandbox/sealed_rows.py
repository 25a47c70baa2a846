"""Sealed rows: a simulated log as it is stored, personal fields sealed and its chain made anew.

Keys and nonces are made of the seed, or one seed would not give the same bytes twice. So a
sandbox's seals keep no secret: everything they cover is made up (docs/decisions/0059).
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from hmac import digest
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec.structs import replace

from events.log.privacy.keyring import NONCE_BYTES
from events.log.privacy.personal_data import fields_of_all_events
from events.log.proof.chain import GENESIS, event_hash
from events.log.recorded import RecordedEvent

SEPARATOR: Final = b"\x00"


class Seals:
    """The keys of the made-up people of one seed."""

    def __init__(self, seed: int) -> None:
        self._secret = sha256(f"tocsin sandbox {seed}".encode()).digest()
        self._fields = fields_of_all_events()
        self.keys: dict[str, bytes] = {}  # by subject, of everybody something is sealed of

    def sealed(self, event: RecordedEvent) -> bytes:
        """Return the event's payload as it is stored."""
        if event.type not in self._fields:
            return event.payload
        subjects = sorted(self._fields.subjects(event.type, event.payload))
        mine = {one: digest(self._secret, one.encode(), "sha256") for one in subjects}
        self.keys |= mine
        ciphers = {subject: AESGCM(key) for subject, key in mine.items()}
        return self._fields.sealed(event.type, event.event_id, event.payload, ciphers, self._nonce)

    def _nonce(self, plain: bytes, bound_to: bytes) -> bytes:
        """Return a nonce that is another one for another text, or in another place."""
        said = len(bound_to).to_bytes(8) + bound_to + SEPARATOR + plain
        return digest(self._secret, said, "sha256")[:NONCE_BYTES]


def sealed_rows(events: Iterable[RecordedEvent], seals: Seals) -> Iterator[RecordedEvent]:
    """Yield the rows as they are stored: sealed, and each bound to the one before in its stream."""
    heads: dict[str, bytes] = {}
    for event in events:
        sealed = replace(event, payload=seals.sealed(event), hash=b"")
        heads[event.stream] = event_hash(heads.get(event.stream, GENESIS), sealed)
        yield replace(sealed, hash=heads[event.stream])
