"""Payload codec: Temporal stores and lists our payloads sealed, and cannot read them."""

from collections.abc import Sequence
from typing import Final

from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from events.log.privacy.keyring import Keyring, SealBroken

ENCODING: Final = b"binary/encrypted"
KEY_ID: Final = "encryption-key-id"


class PayloadRefused(Exception):
    """A payload was not sealed by us, or has been changed."""


class SealedPayloads(PayloadCodec):
    """Seals every payload with its metadata, for one namespace; opens only what is sealed."""

    def __init__(self, keyring: Keyring, namespace: str, *, accept_plaintext: bool = False) -> None:
        self._keyring = keyring
        self._bound_to = b"tocsin payload\x00" + namespace.encode()
        self._accept_plaintext = accept_plaintext

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads sealed with the first key."""
        return [self._sealed(one) for one in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads as they were.

        Raises: PayloadRefused.
        """
        return [self._opened(one) for one in payloads]

    def _sealed(self, payload: Payload) -> Payload:
        key_id, box = self._keyring.seal(payload.SerializeToString(), self._bound_to)
        return Payload(metadata={"encoding": ENCODING, KEY_ID: key_id.encode()}, data=box)

    def _opened(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            if self._accept_plaintext:
                return payload
            raise PayloadRefused("a payload in clear: see TOCSIN_PAYLOAD_PLAINTEXT in docs/keys.md")
        try:
            key_id = payload.metadata[KEY_ID].decode()
            return Payload.FromString(self._keyring.open(key_id, payload.data, self._bound_to))
        except (SealBroken, UnicodeDecodeError, DecodeError) as broken:
            raise PayloadRefused("a payload does not open with the keys known here") from broken
