"""Encryption keys: those that the settings name, ready for use."""

from dataclasses import replace
from typing import Final

import structlog
from pydantic import SecretStr
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes

from events.log.privacy.keyring import Keyring, KeysUnusable
from services.settings import Settings
from services.temporal.payload_codec import SealedPayloads
from services.temporal.payload_converter import DATA_CONVERTER

EXAMPLE: Final = "change-me"  # the id of a key that stood in an example, so everybody knows it

logs = structlog.get_logger(__name__)


def subject_keyring(config: Settings) -> Keyring:
    """Return the keys that wrap the keys of people.

    Raises: KeysUnusable, also when none is set, or one that everybody knows: then names would be
        as good as stored in clear.
    """
    if not config.subject_kek:
        raise KeysUnusable("set TOCSIN_SUBJECT_KEK, the same in front, worker and projector")
    keyring = _named("TOCSIN_SUBJECT_KEK", config.subject_kek)
    if keyring.first == EXAMPLE:
        raise KeysUnusable(
            f"TOCSIN_SUBJECT_KEK is the key {EXAMPLE} of an example, which everybody knows:"
            " make one of your own, for instance with deploy/secrets.sh"
        )
    return keyring


def data_converter(config: Settings) -> DataConverter:
    """Return how values travel to Temporal and back: sealed, once there are keys.

    Raises: KeysUnusable.
    """
    if not config.payload_keys:  # not set, or set to nothing
        return DATA_CONVERTER
    codec = SealedPayloads(
        _named("TOCSIN_PAYLOAD_KEYS", config.payload_keys),
        config.temporal_namespace,
        accept_plaintext=config.payload_plaintext,
    )
    return replace(
        DATA_CONVERTER,
        payload_codec=codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def _named(variable: str, secret: SecretStr) -> Keyring:
    try:
        return Keyring.parsed(secret.get_secret_value())
    except KeysUnusable as wrong:
        raise KeysUnusable(f"{variable}: {wrong}") from None
