"""What Temporal keeps: nothing of it can be read, moved or slipped in without the key."""

import pytest
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError

from events.log.privacy.keyring import KeysUnusable
from services.keys import data_converter, subject_keyring
from services.settings import Settings
from services.temporal.payload_codec import PayloadRefused, SealedPayloads
from tests.keys import KEY, OTHER_KEY, keyring

PRIVATE = Payload(metadata={"encoding": b"json/plain"}, data=b'"ada@example.com"')


def codec(*keys: str, namespace: str = "default", accept_plaintext: bool = False) -> SealedPayloads:
    return SealedPayloads(keyring(*keys), namespace, accept_plaintext=accept_plaintext)


def converter(**told: object) -> DataConverter:
    return data_converter(Settings(payload_keys=SecretStr(KEY), **told))  # type: ignore[arg-type]


async def sealed(*keys: str) -> Payload:
    [payload] = await codec(*keys).encode([PRIVATE])
    return payload


async def test_a_payload_comes_back_as_it_was_and_shows_nothing_meanwhile() -> None:
    payload = await sealed()
    assert payload.metadata["encoding"] == b"binary/encrypted"
    assert b"ada" not in payload.SerializeToString()
    assert await codec().decode([payload]) == [PRIVATE]


async def test_the_same_payload_never_looks_the_same_twice() -> None:
    assert (await sealed()).data != (await sealed()).data


@pytest.mark.parametrize("at", [0, 20, -1])
async def test_a_changed_payload_is_refused(at: int) -> None:
    payload = await sealed()
    changed = bytearray(payload.data)
    changed[at] ^= 1
    payload.data = bytes(changed)
    with pytest.raises(PayloadRefused):
        await codec().decode([payload])


@pytest.mark.parametrize("key_id", [b"other", b"unknown", b"", b"\xff"])
async def test_a_payload_under_a_swapped_key_id_is_refused(key_id: bytes) -> None:
    payload = await sealed()
    payload.metadata["encryption-key-id"] = key_id
    with pytest.raises(PayloadRefused):
        await codec(KEY, OTHER_KEY).decode([payload])


async def test_a_payload_of_another_namespace_is_refused() -> None:
    with pytest.raises(PayloadRefused):
        await codec(namespace="staging").decode([await sealed()])


async def test_a_payload_in_clear_is_refused_unless_old_ones_are_still_about() -> None:
    with pytest.raises(PayloadRefused, match="TOCSIN_PAYLOAD_PLAINTEXT"):
        await codec().decode([PRIVATE])
    assert await codec(accept_plaintext=True).decode([PRIVATE]) == [PRIVATE]


async def test_after_a_rotation_new_payloads_use_the_new_key_and_old_ones_still_open() -> None:
    rotated = codec(OTHER_KEY, KEY)
    assert await rotated.decode([await sealed(KEY)]) == [PRIVATE]
    [payload] = await rotated.encode([PRIVATE])
    assert payload.metadata["encryption-key-id"] == b"other"
    with pytest.raises(PayloadRefused):
        await codec(KEY).decode([payload])


async def test_a_failure_is_sealed_with_its_message_and_its_details() -> None:
    failure = Failure()
    raised = ApplicationError("ada@example.com said no", "ada@example.com", type="DeliveryRefused")
    await converter().encode_failure(raised, failure)
    assert b"ada@" not in failure.SerializeToString()
    back = await converter().decode_failure(failure)
    assert isinstance(back, ApplicationError)
    assert (back.message, back.type) == ("ada@example.com said no", "DeliveryRefused")
    assert list(back.details) == ["ada@example.com"]


@pytest.mark.parametrize("keys", [None, SecretStr("")])
async def test_without_keys_payloads_travel_as_they_are(keys: SecretStr | None) -> None:
    [payload] = await data_converter(Settings(payload_keys=keys)).encode(["hello"])
    assert payload.data == b'"hello"'


def test_keys_that_cannot_be_used_are_named_by_their_setting_and_not_shown() -> None:
    with pytest.raises(KeysUnusable, match=r"^TOCSIN_PAYLOAD_KEYS: key 1") as wrong:
        data_converter(Settings(payload_keys=SecretStr("k:secret")))
    assert "secret" not in str(wrong.value)
    with pytest.raises(KeysUnusable, match=r"^TOCSIN_SUBJECT_KEK: key 1"):
        subject_keyring(Settings(subject_kek=SecretStr("k:secret")))


@pytest.mark.parametrize("kek", [None, SecretStr("")])
def test_a_process_without_a_key_for_the_keys_of_people_does_not_start(
    kek: SecretStr | None,
) -> None:
    with pytest.raises(KeysUnusable, match="set TOCSIN_SUBJECT_KEK"):
        subject_keyring(Settings(subject_kek=kek))


def test_a_process_does_not_start_with_a_key_that_everybody_knows() -> None:
    example = SecretStr("change-me:Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtMzI")
    with pytest.raises(KeysUnusable, match="everybody knows"):
        subject_keyring(Settings(subject_kek=example))
