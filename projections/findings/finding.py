"""Finding: one measure of one anti-pattern in a stretch of time, with its threshold and evidence.

It is a question to the team. There is no sum over findings, and none tells how good anybody is.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID


class Pattern(StrEnum):
    """Anti-pattern that the practice names."""

    HERO_CULTURE = "hero_culture"
    ALERT_FATIGUE = "alert_fatigue"
    BLAME = "blame"
    NO_POSTMORTEMS = "no_postmortems"
    POSTMORTEM_THEATRE = "postmortem_theatre"


class FindingState(StrEnum):
    """What a measure says."""

    OK = "ok"
    WATCH = "watch"  # half way to the threshold
    FOUND = "found"
    TOO_FEW = "too_few"  # there is not enough to tell


class PracticeMeasure(StrEnum):
    """What is measured; `of_<…>` names what the part is of."""

    ACKNOWLEDGEMENTS = "acknowledgements"  # the largest share of one person, as the next four
    COMMANDS = "commands"
    MITIGATIONS = "mitigations"
    OUT_OF_HOURS = "out_of_hours_interruptions"
    LAST_RESORT = "last_resort"  # escalations that ended with them though others were on call
    BUS_FACTOR = "bus_factor"
    SMALL_ROTATION = "small_rotation"
    OFF_DUTY = "off_duty"
    INTERRUPTIONS = "interruptions_per_12_hours"
    BROKEN_NIGHTS = "broken_nights_per_week"
    NOTHING_DONE = "nothing_done"
    FIRST_LEVEL_SILENT = "first_level_silent"
    SLOWER = "slower_acknowledgements"
    ACTIONABLE = "actionable"
    NAMES = "names_in_postmortems"
    HINTS = "language_hints"
    PROMISES = "promises"
    PERSON_AS_CAUSE = "person_as_cause"
    OWN_CHANGE_UNHEARD = "own_change_unheard"
    MISSING = "missing_postmortems"
    WAIVED = "waived_postmortems"
    REPEATS = "repeats"
    NO_CAUSE = "no_primary_factor"
    OVERDUE_URGENT = "overdue_urgent_items"
    OVERDUE = "overdue_items"
    ON_TIME = "on_time_items"
    NEVER_STARTED = "never_started_items"
    UNEXPLAINED = "closed_without_a_word"
    FIX_DID_NOT_FIX = "fix_did_not_fix"
    UNREVIEWED = "published_unfinished"
    HASTY = "hasty_writing"
    DUE_MOVED = "due_date_moved"


AGAIN: Final = ": again"  # beside the name of an incident that had come before


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    INCIDENT = "incident"
    ACTION_ITEM = "action_item"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that a finding rests on."""

    kind: EvidenceKind
    id: str
    name: str  # as people say it
    incident_id: UUID | None = None  # whoever may not know of it is not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one measure says, and of what."""

    measure: PracticeMeasure
    state: FindingState
    value: float | None  # None: there is nothing to measure it by
    threshold: float
    below: bool = False  # it is found below the threshold, not above it
    sample: int  # of how many it is
    about: str | None = None  # a service, a schedule
    person: str | None = None  # whose share it is
    evidence: tuple[Evidence, ...] = ()  # the newest first
