"""The keys that the settings name, ready for use."""

from dataclasses import replace

from pydantic import SecretStr
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes

from events.log.keyring import Keyring, KeysUnusable
from services.payload_codec import SealedPayloads
from services.settings import Settings


def subject_keyring(told: Settings) -> Keyring:
    """Return the keys that wrap the keys of people.

    Raises: KeysUnusable, also when none is set: then names would be stored in clear.
    """
    if told.subject_kek is None:
        raise KeysUnusable("set TOCSIN_SUBJECT_KEK, the same in api, worker and projector")
    return _named("TOCSIN_SUBJECT_KEK", told.subject_kek)


def data_converter(told: Settings) -> DataConverter:
    """Return how values travel to Temporal and back: sealed, once there are keys.

    Raises: KeysUnusable.
    """
    if told.payload_keys is None:
        return pydantic_data_converter
    codec = SealedPayloads(
        _named("TOCSIN_PAYLOAD_KEYS", told.payload_keys),
        told.temporal_namespace,
        accept_plaintext=told.payload_plaintext,
    )
    return replace(
        pydantic_data_converter,
        payload_codec=codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def _named(variable: str, secret: SecretStr) -> Keyring:
    try:
        return Keyring.parsed(secret.get_secret_value())
    except KeysUnusable as wrong:
        raise KeysUnusable(f"{variable}: {wrong}") from None
