"""Text of an SMS: what, where and how bad first, then the code to reply with, the link last.

A message of one alphabet of the phone network (GSM 03.38) is cheaper and longer than one that needs
another: 153 characters in each part instead of 67. So signs that have a plain twin become it.
"""

from collections.abc import Sequence
from typing import Final

from activities.delivery.message import Action, Message
from events.values.plain_text import one_line

# Source: 3GPP TS 23.038 §6.2.1 and its extension table, whose characters count twice.
GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE: Final = frozenset("^{}\\[~]|€")
PLAIN_TWINS: Final = str.maketrans(
    {
        "‘": "'",  # noqa: RUF001
        "’": "'",  # noqa: RUF001
        "‚": "'",  # noqa: RUF001
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‐": "-",  # noqa: RUF001
        "‑": "-",  # noqa: RUF001
        "–": "-",  # noqa: RUF001
        "—": "-",
        "−": "-",  # noqa: RUF001
        "…": "...",
        "•": "*",
        "→": "->",
        "\u00a0": " ",
        "\u202f": " ",
        "\u200b": "",
        "\t": " ",
        "`": "'",
    }
)
ONE_PART: Final = {True: 160, False: 70}
A_PART: Final = {True: 153, False: 67}
PARTS: Final = {True: 2, False: 4}  # at most: 306 characters, or 268
SHORTEST_HEADLINE: Final = 30  # a link that leaves less room is left out: the code is there


def sms_text(message: Message, *, takes_replies: bool) -> str:
    """Return the message as one SMS; only its headline is ever cut."""
    headline = " ".join(one_line(message.headline).translate(PLAIN_TWINS).split())
    answer = answers_of(asking_in(message)) if takes_replies else ""
    # A link answers one page: where several are told of, it would look as if it answered all.
    answers = message.actions[:1] if len(asking_in(message)) <= 1 else ()
    link = next((one.url for one in (*answers, *reversed(message.links))), "")
    is_gsm = all(map(in_gsm, headline + answer + link))
    room = longest(is_gsm=is_gsm) - units(answer, is_gsm=is_gsm) - 2
    if answer and room - units(link, is_gsm=is_gsm) < SHORTEST_HEADLINE:
        link = ""
    room -= units(link, is_gsm=is_gsm)
    return "\n".join(part for part in (shortened(headline, room, is_gsm), answer, link) if part)


def asking_in(message: Message) -> list[Action]:
    """Return one action for each page that the message tells of and that a reply can answer."""
    return [one for one in message.actions if one.code]


def answers_of(asking: Sequence[Action]) -> str:
    """Return how each of the pages is answered; empty where none can be."""
    if len(asking) == 1:
        return how_to_answer(asking[0].code)
    each = (f"{one.code} for {one.name.rpartition(' ')[2]}" for one in asking)
    return f"Reply {', '.join(each)}." if asking else ""


def how_to_answer(code: str) -> str:
    """Return the sentence that says what to reply."""
    return f"Reply {code} to acknowledge, {code} N to decline."


def in_gsm(character: str) -> bool:
    """Say whether the phone network's own alphabet has the character."""
    return character in GSM or character in GSM_TWICE


def units(text: str, *, is_gsm: bool) -> int:
    """Return how much room a text takes in parts of this alphabet."""
    if is_gsm:
        return len(text) + sum(character in GSM_TWICE for character in text)
    return len(text.encode("utf-16-le")) // 2


def longest(*, is_gsm: bool) -> int:
    """Return how much room there is."""
    return A_PART[is_gsm] * PARTS[is_gsm]


def parts(text: str) -> int:
    """Return in how many parts a text is sent, and paid for."""
    is_gsm = all(map(in_gsm, text))
    size = units(text, is_gsm=is_gsm)
    return 1 if size <= ONE_PART[is_gsm] else -(-size // A_PART[is_gsm])


def shortened(text: str, room: int, is_gsm: bool) -> str:  # noqa: FBT001  as everything here
    """Return the text, cut where it is too long for the room, and said to be so."""
    if units(text, is_gsm=is_gsm) <= room:
        return text
    left, kept = room - 3, ""
    for character in text:
        left -= units(character, is_gsm=is_gsm)
        if left < 0:
            break
        kept += character
    return f"{kept.rstrip()}..."
