"""Plain text: checks for text shown as it is, and cleaning of text that others wrote.

A terminal obeys escape sequences, and everything that shows text obeys a change of its direction:
whoever writes them writes something else than what is read. This is the one place that knows them.
Source: ECMA-48 (control sequences); UAX #9 (bidirectional text); Trojan Source, CVE-2021-42574.
"""

import re
from typing import Final

# Of a character class, in ECMA 262's syntax and Python's alike. Direction marks stay: U+200E and
# its like are part of honest Hebrew and Arabic, and reorder nothing by themselves.
_C0: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f"  # all but tab and the two line ends
_OBEYED: Final = r"\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"  # DEL, C1, line ends, direction
PLAIN: Final = rf"^[^{_C0}{_OBEYED}]*$"  # may have several lines
ONE_LINE: Final = rf"^[^\x00-\x1f{_OBEYED}]*$"

# A sequence without its end is none: its first character goes, the words behind it stay.
_SEQUENCE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor movements
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)"  # titles …
    r"|\x1b[ -/]+[0-~]"  # character sets
    r"|\x1b[78=>c]"  # resets
)
_INVISIBLE: Final = r"\u200b\u2060\ufeff"  # blanks of no width: they hold nothing together
_NOT_PLAIN: Final = re.compile(rf"[{_C0}{_OBEYED}{_INVISIBLE}\ud800-\udfff]")
_LINE_END: Final = re.compile(r"\r\n?|[\u0085\u2028\u2029]")


def plain(text: str) -> str:
    """Return the text with everything taken out that is obeyed instead of shown; lines stay."""
    if text.isascii() and text.isprintable():
        return text
    return _NOT_PLAIN.sub("", _SEQUENCE.sub("", _LINE_END.sub("\n", text)))


def one_line(text: str) -> str:
    """Return the text as one plain line: what was several is separated by single blanks."""
    if text.isascii() and text.isprintable() and "  " not in text and text == text.strip():
        return text  # nearly always
    return " ".join(plain(text).split())


def cut(text: str, longest: int) -> str:
    """Return the text, its end replaced by an ellipsis where it is too long."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def escaped(json: str) -> str:
    """Return a JSON document with the same value and nothing in it that a terminal obeys."""
    return _NOT_PLAIN.sub(lambda found: f"\\u{ord(found[0]):04x}", json)
