"""Recovery codes are written down by hand and typed in a hurry."""

import pytest

from services.identity.proofs.recovery_codes import BYTES, COUNT, code_hash, codes_from


def test_ten_codes_are_made_of_random_bytes() -> None:
    codes = codes_from(bytes(range(COUNT * BYTES)))
    assert len(set(codes)) == COUNT
    assert codes[0] == "aaaq-eaye-auda-ocaj"
    assert all(len(code) == 19 for code in codes)
    with pytest.raises(ValueError, match="100 random bytes"):
        codes_from(b"few")


@pytest.mark.parametrize(
    "typed", ["abco-lmno-pqr2-bcde", " ABCOLMNOPQR2 BCDE", "abc0-1mno-pqr2-8cde"]
)
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert code_hash(typed) == code_hash("ABCO-LMNO-PQR2-BCDE")


def test_another_code_is_another() -> None:
    assert code_hash("abco-lmno-pqr2-bcde") != code_hash("abco-lmno-pqr2-bcdf")
