"""Postmortem sections: those of the practice's template, in its order, and what each asks.

Source: the practice's postmortem template (docs/architecture.md, "The practice, built in").
"""

from enum import StrEnum
from hashlib import sha256
from typing import Final


class PostmortemSection(StrEnum):
    """Part of a postmortem that is written, and revised, by itself."""

    SUMMARY = "summary"
    IMPACT = "impact"
    TIMELINE = "timeline"  # what people say above the table
    ROOT_CAUSE = "root_cause"
    CONTRIBUTING_FACTORS = "contributing_factors"
    WENT_WELL = "went_well"
    COULD_BE_IMPROVED = "could_be_improved"
    ACTION_ITEMS = "action_items"  # what people say of the table; without items, why there are none
    LESSONS_LEARNED = "lessons_learned"


Section = PostmortemSection  # whoever writes of postmortems; a checklist has sections, too

HEADINGS: Final = {
    Section.SUMMARY: "Summary",
    Section.IMPACT: "Impact",
    Section.TIMELINE: "Timeline (UTC)",
    Section.ROOT_CAUSE: "Root Cause",
    Section.CONTRIBUTING_FACTORS: "Contributing Factors",
    Section.WENT_WELL: "What Went Well",
    Section.COULD_BE_IMPROVED: "What Could Be Improved",
    Section.ACTION_ITEMS: "Action Items",
    Section.LESSONS_LEARNED: "Lessons Learned",
}

# What only people know; a draft asks for it in italics. The log says what the summary says.
QUESTIONS: Final = {
    Section.IMPACT: "Who was hit, how many, and what could they not do?",
    Section.ROOT_CAUSE: "Why could this happen? Ask until the answer is no longer a person.",
    Section.CONTRIBUTING_FACTORS: "What let the cause arise, and what let it go unnoticed?",
    Section.WENT_WELL: "What helped, and should be kept?",
    Section.COULD_BE_IMPROVED: "What slowed us down, and what were we lucky about?",
    Section.ACTION_ITEMS: "What will be changed, by whom, until when?",
    Section.LESSONS_LEARNED: "What do we know now that we did not know before?",
}

NEEDED: Final = (
    Section.SUMMARY,
    Section.IMPACT,
    Section.ROOT_CAUSE,
    Section.LESSONS_LEARNED,
)


def is_answered(section: Section, text: str) -> bool:
    """Say whether people wrote what the section asks: it is neither empty nor still a question."""
    asks = QUESTIONS.get(section)
    return bool(text.strip()) and (asks is None or asks not in text)


def log_digest(computed: str) -> str:
    """Return by what one sees that the log says something else than it did, in hex."""
    return sha256(computed.encode()).hexdigest()[:16]
