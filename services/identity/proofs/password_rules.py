"""Password rules: long enough, none of the commonest, and not one's own name. No composition rules.

Source: NIST SP 800-63B, "Password Verifiers"; the list is the 30,000 commonest passwords of zxcvbn.
"""

from functools import cache
from importlib import import_module
from typing import Final

from services.request_refusals import PasswordRefused

SHORTEST: Final = 10  # characters
LONGEST: Final = 1000
SHORTEST_NAME: Final = 4  # of one's own names that a password may not consist of


def require_good(password: str, *names: str | None) -> None:
    """Let a password pass that nobody guesses first; `names` are what the person is called by.

    Raises: PasswordRefused.
    """
    if len(password) < SHORTEST:
        raise PasswordRefused(f"Use at least {SHORTEST} characters: a few words are easy to keep.")
    if len(password) > LONGEST:
        raise PasswordRefused(f"Use at most {LONGEST} characters.")
    plain = password.casefold()
    if plain in commonest() or len(set(plain)) == 1:
        raise PasswordRefused("This is one of the commonest passwords, which are tried first.")
    for name in (*names, "tocsin"):
        known = (name or "").casefold()
        for part in (known, known.partition("@")[0]):
            if len(part) >= SHORTEST_NAME and not plain.replace(part, "").strip("0123456789!.-_ "):
                raise PasswordRefused("This is little more than your name, or ours.")


@cache
def commonest() -> frozenset[str]:
    """Return the commonest passwords; read when the first password is chosen, and not before."""
    lists = import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS
    return frozenset(map(str, lists["passwords"]))
