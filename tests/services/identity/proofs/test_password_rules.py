"""A password is long and not what everybody tries first; it need not be complicated."""

import pytest

from services.identity.proofs.password_rules import LONGEST, require_good
from services.request_refusals import PasswordRefused


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "10 characters"),
        ("", "10 characters"),
        ("123456789", "10 characters"),
        ("1234567890", "commonest"),
        ("qwertyuiop", "commonest"),
        ("QWERTYUIOP", "commonest"),
        ("1q2w3e4r5t", "commonest"),
        ("aaaaaaaaaaaaaaaa", "commonest"),
        ("grace.hopper", "your name"),
        ("Grace.Hopper1", "your name"),
        ("grace.hopper@example.com", "your name"),
        ("tocsin2026!", "ours"),
        ("x" * (LONGEST + 1), "at most 1000"),
    ],
    ids=lambda text: text[:16],
)
def test_what_is_guessed_first_is_refused(password: str, why: str) -> None:
    with pytest.raises(PasswordRefused, match=why):
        require_good(password, "grace", "grace.hopper@example.com", "Grace Hopper")


@pytest.mark.parametrize(
    "password", ["correct horse", "aller guten dinge", "пароль на лето", "zzzzzzzzz1", "x-y " * 9]
)
def test_no_digits_capitals_or_signs_are_asked_for(password: str) -> None:
    require_good(password, "grace", None)
