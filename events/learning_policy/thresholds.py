"""Practice thresholds: from which value on a measure of an anti-pattern is a finding.

Every one is data: a team that knows better says so. Whole numbers throughout; percent of what the
name says.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HeroThresholds:
    """Hero culture: too much rests on one person."""

    share_percent: int = 40  # of one person, and over twice the equal share
    bus_factor: int = 1  # so few people did half of a service's mitigations
    bus_factor_from_incidents: int = 8
    rotation_people: int = 6  # fewer are too few; the practice's minimum team size
    off_duty_percent: int = 20  # of out-of-hours incidents in which somebody off duty acted
    chance_percent: int = 1  # divided by the people on call: what chance alone may do


@dataclass(frozen=True, slots=True, kw_only=True)
class FatigueThresholds:
    """Alert fatigue: too much noise for anybody to listen."""

    interruptions_per_12_hours: int = 2
    broken_nights_per_week: int = 1
    nothing_done_percent: int = 50  # of incidents that alerts opened
    first_level_silent_percent: int = 10  # of pages
    actionable_percent: int = 50  # below it


@dataclass(frozen=True, slots=True, kw_only=True)
class BlameThresholds:
    """Blame: people are named where the system should be."""

    names: int = 1  # in root cause or factors of a published postmortem
    hints_per_1000_words: int = 3  # at publication
    promises: int = 1  # action items of the kind "be more careful"
    branches_ending_at_a_person: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPostmortemThresholds:
    """No postmortems: nothing is learned."""

    missing: int = 1
    missing_after_business_days: int = 10
    waived_percent: int = 20
    repeats: int = 1
    repeats_within_days: int = 90
    no_primary_factor_percent: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TheatreThresholds:
    """Postmortem theatre: they are written, and nothing follows."""

    overdue_days: int = 14
    overdue_urgent_items: int = 1  # of priority P1
    overdue_percent: int = 20
    on_time_percent: int = 60  # below it
    never_started_days: int = 30
    followed_days: int = 90  # in which what was fixed must not come again
    approved_within_minutes: int = 2  # of the request
    editing_spans: int = 3  # of five minutes; fewer are too few
    own_words: int = 120  # of people, in one of a SEV1 or SEV2; fewer are too few
    due_date_moved: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeThresholds:
    """All of them, by anti-pattern."""

    window_days: int = 90
    hero_culture: HeroThresholds = HeroThresholds()
    alert_fatigue: FatigueThresholds = FatigueThresholds()
    blame: BlameThresholds = BlameThresholds()
    no_postmortems: MissingPostmortemThresholds = MissingPostmortemThresholds()
    postmortem_theatre: TheatreThresholds = TheatreThresholds()
