"""Reply by text message: the wish it expresses, and the code of the page it names."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from events.page.short_code import FIRST, LENGTH, OTHERS

_CODE: Final = re.compile(rf"[{FIRST}][{OTHERS}]{{{LENGTH - 1}}}")
_WORDS: Final = re.compile(r"[A-Z0-9]+|\?")

# What Twilio and the carriers answer by themselves: a second answer would only cost.
SILENT: Final = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
    | {"START", "UNSTOP"}
)
YES: Final = frozenset({"Y", "YES", "OK", "OKAY", "ACK", "ACKNOWLEDGE", "ACKNOWLEDGED", "MINE"})
NO: Final = frozenset({"N", "NO", "DECLINE", "PASS", "ESCALATE"})


class Wish(StrEnum):
    """Wish that a reply expresses."""

    ACKNOWLEDGE = "acknowledge"
    DECLINE = "decline"
    NOTHING = "nothing"  # it is to be left alone
    UNCLEAR = "unclear"  # it is told how to answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Reply as it was understood."""

    wish: Wish
    code: str | None = None


def understood(text: str) -> Reply:
    """Return what a reply says: a code, a yes or a no, or both, and nothing else.

    Whoever writes more than that may mean anything, and silence goes on paging: so it is no answer.
    """
    words = _WORDS.findall(text[:200].upper())
    if words and words[0] in SILENT:
        return Reply(wish=Wish.NOTHING)
    codes = [word for word in words if _CODE.fullmatch(word)]
    others = {word for word in words if word not in codes}
    if len(codes) > 1 or not words:
        return Reply(wish=Wish.UNCLEAR)
    code = codes[0] if codes else None
    if others <= YES:
        return Reply(wish=Wish.ACKNOWLEDGE, code=code)
    if others <= NO:
        return Reply(wish=Wish.DECLINE, code=code)
    return Reply(wish=Wish.UNCLEAR, code=code)
