"""Words of a Markdown text, with their places, and where its sentences and clauses begin.

Every step reads the text once: it comes from people, and a long one must not hold up anybody.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"\w+(?:[.'\u2019-]\w+)*")
_FENCE: Final = re.compile(r"[ ]{0,3}(?:```|~~~)")
_CODE: Final = re.compile(r"`[^`\n]*`|https?://\S+")
_SENTENCE: Final = re.compile(r"[.!?;:|\x00]|\n\s*[\n#>*+-]")
_CLAUSE: Final = re.compile(r"[,()\[\]\u2013\u2014]|\s-\s")
_CUT: Final = "\x00"  # stands where code was


class Word(NamedTuple):
    """One word: as compared, and as it stands in the text."""

    text: str  # in lower case, its apostrophe straight
    written: str
    start: int
    end: int
    opens_sentence: bool
    opens_clause: bool  # a sentence's first word opens a clause, too
    addressed: bool  # an @ stands before it

    @property
    def bare(self) -> str:
        """Return it without its genitive."""
        return self.text.removesuffix("'s")


def words_of(text: str) -> list[Word]:
    """Return the words that people wrote; code and addresses hold none."""
    shown = without_code(text)
    words: list[Word] = []
    last = 0
    for found in _WORD.finditer(shown):
        start, end = found.span()
        written = found[0]
        compared = written.lower().replace("\u2019", "'")
        gap = shown[last:start]
        if gap == " " and last:  # nearly always
            words.append(Word(compared, written, start, end, False, False, False))  # noqa: FBT003
        else:
            sentence = last == 0 or _SENTENCE.search(gap) is not None
            clause = sentence or _CLAUSE.search(gap) is not None
            words.append(Word(compared, written, start, end, sentence, clause, gap[-1:] == "@"))
        last = end
    return words


def without_code(text: str) -> str:
    """Return the text, as long as it was, with its code and its addresses crossed out."""
    if "```" in text or "~~~" in text:
        text = "\n".join(_without_fenced(text.split("\n")))
    return _CODE.sub(lambda found: _CUT * len(found[0]), text)


def _without_fenced(lines: list[str]) -> Iterator[str]:
    fenced = False
    for line in lines:
        fence = _FENCE.match(line) is not None
        yield _CUT * len(line) if fenced or fence else line
        if fence:
            fenced = not fenced
