"""Pieces of a long Markdown text, each short enough to be rendered, cut where it makes no odds."""

import re
from typing import Final

from services.markdown import LONGEST

_FENCE: Final = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")


def pieces_of(text: str, longest: int = LONGEST) -> list[str]:
    """Return the text in pieces of at most so many characters; together they are the text.

    It is cut at a blank line outside of code, else at the end of a line, else anywhere.
    """
    pieces: list[str] = []
    begin = at = between = line_end = 0
    fence = ""
    for line in text.splitlines(keepends=True):
        if at + len(line) - begin > longest and at > begin:
            cut = between if between > begin else line_end
            pieces.append(text[begin:cut])
            begin = cut
        at += len(line)
        line_end = at
        fence = _fence_after(fence, line)
        if not fence and not line.strip():
            between = at
        while at - begin > longest:  # a line of its own
            pieces.append(text[begin : begin + longest])
            begin += longest
    return [*pieces, text[begin:]] if begin < len(text) else pieces


def _fence_after(fence: str, line: str) -> str:
    """Return the fence of the code block that the next line is in."""
    found = _FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return found[1]
    ends = found[1].startswith(fence) and not line[found.end() :].strip()
    return "" if ends else fence
