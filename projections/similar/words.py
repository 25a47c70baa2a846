"""Words of an incident: what it was said to be, as stems, each with how often it stands there.

Source: Porter's English stemmer in its second edition, which PostgreSQL's text search uses, too.
How words are weighed is in `likeness`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

import snowballstemmer

# A name of a machine is itself and its parts: checkout-db-3, checkout, db.
WORD: Final = re.compile(r"[^\W_]+(?:[-_./:][^\W_]+)*")
PART: Final = re.compile(r"[^\W_]+")
SHORTEST: Final = 2
LONGEST: Final = 40  # what is longer is a token or an address, and no word that comes twice
MOST_WORDS: Final = 200  # of one incident: a storm of alerts has thousands
LONGEST_TEXT: Final = 20_000  # characters that are looked at
STEMMER: Final = snowballstemmer.stemmer("english")

type WordCounts = Mapping[str, int]


def words_in(texts: Iterable[str]) -> dict[str, int]:
    """Return the stems in texts, each with how often it stands there, the first ones of many."""
    found: Counter[str] = Counter()
    for text in texts:
        for match in WORD.finditer(text[:LONGEST_TEXT].lower()):
            found.update(_stems(match.group()))
    return dict(islice(found.items(), MOST_WORDS))


def together(*counts: WordCounts) -> dict[str, int]:
    """Return the words of several texts as those of one."""
    added: Counter[str] = Counter()
    for each in counts:
        added.update(each)
    return dict(islice(added.items(), MOST_WORDS))


def _stems(word: str) -> Iterable[str]:
    parts = PART.findall(word)
    whole = [word] if len(parts) > 1 else []
    for each in (*whole, *parts):
        if SHORTEST <= len(each) <= LONGEST and not each.isdigit():
            yield _stem(each)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return STEMMER.stemWord(word)
