"""Publication values: who may read an edition, and what is missing in it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Visibility(StrEnum):
    """Who reads an edition; while the incident is private, its members only."""

    MEMBERS = "members"  # of an incident that was private then, and who worked on it
    TEAM = "team"  # that owns the service, and who worked on it
    EVERYONE = "everyone"  # who may know of the incident
    PUBLIC = "public"  # the same, and customers read a text of their own


KEPT: Final = frozenset({Visibility.MEMBERS, Visibility.TEAM})  # not for everybody who knows of it


class Missing(StrEnum):
    """What an edition was published without."""

    SUMMARY = "summary"
    IMPACT = "impact"
    ROOT_CAUSE = "root_cause"
    LESSONS_LEARNED = "lessons_learned"
    PRIMARY_FACTOR = "primary_factor"
    ACTION_ITEMS = "action_items"  # none, and no word why
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """What the log says of those who may be told, when an edition is published."""

    private: bool = False  # whether the incident is
    drill: bool = False
    team: bool = True  # whether one owns its service
    customers: bool = True  # whether a status page was told of it


ANYBODY: Final = Audience()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicText:
    """What customers read: written for them, and nothing of it is taken from the document."""

    summary: str
    what_happened: str
    what_we_do: str  # about it

    @property
    def lacks(self) -> str | None:
        """Return the first part that says nothing."""
        parts = ("summary", "what_happened", "what_we_do")
        return next((one for one in parts if not getattr(self, one).strip()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HintsLeft:
    """How often a rule of language still had something to ask."""

    rule: str
    count: int
