"""Events as people would say them: one English sentence for each kind.

A file for each part of the story; each registers its words, so that naming it here is enough.
"""

from typing import Final

from events.plain_text import one_line
from projections.sentences import (
    alert,
    announcement,
    change,
    checklist,
    configuration,
    fields,
    incident,
    inventory,
    links,
    lives,
    notes,
    page,
    page_requests,
    privacy,
    relations,
    repair,
    roles,
    watch,
    work_items,
)
from projections.sentences.words import person, words

__all__ = ["PARTS", "person", "sentence_for", "words"]

PARTS: Final = (
    incident,
    change,
    links,
    fields,
    privacy,
    roles,
    checklist,
    lives,
    relations,
    page_requests,
    watch,
    work_items,
    page,
    notes,
    repair,
    inventory,
    alert,
    announcement,
    configuration,
)


def sentence_for(event: object) -> str:
    """Return one sentence that says what happened."""
    text = one_line(words(event))
    return text if text.endswith((".", "!", "?")) else f"{text}."
