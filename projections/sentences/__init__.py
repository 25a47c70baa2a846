"""Sentences of the timeline: one English sentence for each kind of event.

A file for each part of the story. Each registers its words: to be in this package is enough.
"""

from importlib import import_module
from pkgutil import walk_packages

from events.values.plain_text import one_line
from projections.sentences.words import person, words

__all__ = ["person", "sentence_for", "words"]

for found in walk_packages(__path__, f"{__name__}."):
    import_module(found.name)


def sentence_for(event: object) -> str:
    """Return one sentence that says what happened."""
    text = one_line(words(event))
    return text if text.endswith((".", "!", "?")) else f"{text}."
