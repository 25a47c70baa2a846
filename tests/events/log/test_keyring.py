"""Keys by id: the first seals, all open, and nothing of them is ever shown."""

import base64
from collections.abc import Callable

import pytest

from events.log.privacy.keyring import Keyring, KeysUnusable, SealBroken
from tests.keys import KEY, OTHER_KEY, keyring

HERE = b"here"


def test_what_was_sealed_opens_again() -> None:
    key_id, box = keyring().seal(b"ada@example.com", HERE)
    assert key_id == "test"
    assert b"ada" not in box
    assert keyring().open(key_id, box, HERE) == b"ada@example.com"


def test_the_same_text_never_looks_the_same_twice() -> None:
    boxes = {keyring().seal(b"yes", HERE)[1] for _ in range(100)}
    assert len(boxes) == 100


@pytest.mark.parametrize("at", [0, 12, -1], ids=["nonce", "ciphertext", "tag"])
def test_one_changed_byte_is_found(at: int) -> None:
    key_id, box = keyring().seal(b"ada@example.com", HERE)
    changed = bytearray(box)
    changed[at] ^= 1
    with pytest.raises(SealBroken):
        keyring().open(key_id, bytes(changed), HERE)


def test_it_opens_in_no_other_place() -> None:
    key_id, box = keyring().seal(b"ada@example.com", HERE)
    with pytest.raises(SealBroken):
        keyring().open(key_id, box, b"there")


def test_the_id_of_the_key_cannot_be_swapped_even_for_the_same_key() -> None:
    same_bytes = KEY.removeprefix("test:")
    twins = Keyring.parsed(f"one:{same_bytes},two:{same_bytes}")
    _, box = twins.seal(b"ada@example.com", HERE)
    with pytest.raises(SealBroken):
        twins.open("two", box, HERE)


@pytest.mark.parametrize("box", [b"", b"short", bytes(28)])
def test_what_nobody_sealed_does_not_open(box: bytes) -> None:
    with pytest.raises(SealBroken):
        keyring().open("test", box, HERE)


def test_after_a_rotation_the_new_key_seals_and_the_old_one_still_opens() -> None:
    key_id, old = keyring(KEY).seal(b"ada", HERE)
    rotated = keyring(OTHER_KEY, KEY)
    assert rotated.open(key_id, old, HERE) == b"ada"
    key_id, new = rotated.seal(b"ada", HERE)
    assert key_id == "other"
    with pytest.raises(SealBroken):
        keyring(KEY).open(key_id, new, HERE)


@pytest.mark.parametrize("alphabet", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padding", ["", "="])
def test_a_key_may_be_written_in_either_base64(
    alphabet: Callable[[bytes], bytes], padding: str
) -> None:
    text = alphabet(bytes([251]) * 32).decode().rstrip("=") + padding
    Keyring.parsed(f"k:{text}").seal(b"", HERE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "k",
        "k:",
        ":AAAA",
        "K:" + "A" * 43,
        "k:" + "A" * 42,
        "k:" + "A" * 86,
        "k:ä",
        f"{KEY},{KEY}",
    ],
)
def test_keys_that_cannot_be_used_are_refused_without_being_shown(text: str) -> None:
    with pytest.raises(KeysUnusable) as refused:
        Keyring.parsed(text)
    assert "AAAA" not in str(refused.value)
    assert KEY[5:] not in str(refused.value)


def test_a_keyring_shows_nothing_when_it_is_printed() -> None:
    assert KEY[5:20] not in repr(keyring())
