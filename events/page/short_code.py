"""Short code of a page: a few characters by which a reply names it, where there is no button.

Everybody who is paged reads the same code, and so does whoever reads the page again.
"""

from hashlib import sha256
from typing import Final

from events.ids import PageId

FIRST: Final = "23456789"  # a digit, so that no code is a word: NO, YES, STOP
OTHERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another: 0 O, 1 I L, U V
LENGTH: Final = 3


def short_code(page_id: PageId) -> str:
    """Return the page's code; two pages of one person have the same one in 7,200 cases once."""
    left = int.from_bytes(sha256(b"short code of a page " + page_id.bytes).digest()[:8])
    left, first = divmod(left, len(FIRST))
    code = FIRST[first]
    while len(code) < LENGTH:
        left, following = divmod(left, len(OTHERS))
        code += OTHERS[following]
    return code
