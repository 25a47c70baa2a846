"""Action item hints: what makes an item hard to finish, said to whoever writes it; no refusal.

Source: Lunney, Lueder and Beyer, "Postmortem Action Items", ;login: 2017: actionable, specific and
bounded. What blames people, and a promise instead of a change, are rules of wording.
"""

import re
from typing import Final

from events.wording.hints import hints_in

SECTION: Final = "action_items"
VAGUE: Final = re.compile(
    r"^\s*(investigate|consider|improve|look into|think about|review|explore|discuss|try)\b",
    re.IGNORECASE,
)
MOST: Final = 10  # items of one incident that a team still finishes

SAYS_NO_END: Final = "How will one see that it is finished? Say what is there afterwards."
TOO_MANY: Final = "It is item number {number} of this incident: which three matter most?"


def hints_for(text: str, number: int = 1) -> tuple[str, ...]:
    """Return questions to whoever wrote an item's text; `number` is its place in its incident."""
    wording = (f"{hint.question} {hint.why}" for hint in hints_in(text, SECTION))
    hints = (
        SAYS_NO_END if VAGUE.search(text) else None,
        *dict.fromkeys(wording),
        TOO_MANY.format(number=number) if number > MOST else None,
    )
    return tuple(one for one in hints if one is not None)
