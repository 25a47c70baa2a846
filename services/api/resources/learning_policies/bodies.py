"""Learning policy view: the same members as a body and as an answer."""

from dataclasses import asdict
from typing import Annotated, Any, Final

from pydantic import Field

from events.action_item.item import Priority
from events.learning_policy.policy import (
    DEFAULT,
    ItemDemand,
    Language,
    LearningPolicy,
    PostmortemDemand,
    Reminding,
    Target,
    TargetMeasure,
)
from events.learning_policy.taxonomy import CauseCategory
from events.learning_policy.thresholds import (
    BlameThresholds,
    FatigueThresholds,
    HeroThresholds,
    MissingPostmortemThresholds,
    PracticeThresholds,
    TheatreThresholds,
)
from events.values.severity import Severity
from services.api.http.formats import Choice, Line, Name, Strict

MOST: Final = 100
A_YEAR: Final = 366  # days
A_MONTH: Final = 31 * 24 * 60  # minutes

type Several[Item] = Annotated[tuple[Item, ...], Field(strict=False, max_length=MOST)]
type Days = Annotated[int, Field(ge=0, le=A_YEAR)]
type Threshold = Annotated[int, Field(ge=0, le=1_000)]
type Percent = Annotated[int, Field(ge=0, le=100)]


class PostmortemDemandBody(Strict):
    """What one severity asks of a postmortem."""

    severity: Choice[Severity]
    by_itself: Annotated[
        bool, Field(description="It begins with the resolution; else somebody begins it.")
    ] = False
    days: Annotated[Days, Field(description="It is due so long after the last resolution.")]
    business_days: Annotated[
        bool, Field(description="Of the incident's business calendar; else calendar days.")
    ] = True
    approvals: Annotated[int, Field(ge=0, le=10)] = 0
    outside_approvals: Annotated[
        int, Field(ge=0, le=10, description="Of these: by somebody who was no responder.")
    ] = 0


class ItemDemandBody(Strict):
    """By when an action item of this severity and priority is due."""

    severity: Choice[Severity]
    priority: Choice[Priority]
    days: Days


class CauseCategoryBody(Strict):
    """One category of causes."""

    category: Annotated[Name, Field(description="What is stored.", examples=["deploy"])]
    label: Annotated[Line, Field(description="What people read.", examples=["Deploy issues"])]


class MeanTargetBody(Strict):
    """What a mean has to stay below."""

    measure: Choice[TargetMeasure]
    minutes: Annotated[int, Field(ge=1, le=A_MONTH)]
    severity: Annotated[
        Choice[Severity] | None, Field(description="Null: of all incidents together.")
    ] = None


class HeroThresholdsBody(Strict):
    """Hero culture is found above these."""

    share_percent: Percent = HeroThresholds().share_percent
    bus_factor: Threshold = HeroThresholds().bus_factor
    bus_factor_from_incidents: Threshold = HeroThresholds().bus_factor_from_incidents
    rotation_people: Threshold = HeroThresholds().rotation_people
    off_duty_percent: Percent = HeroThresholds().off_duty_percent
    chance_percent: Percent = HeroThresholds().chance_percent


class FatigueThresholdsBody(Strict):
    """Alert fatigue is found above these."""

    interruptions_per_12_hours: Threshold = FatigueThresholds().interruptions_per_12_hours
    broken_nights_per_week: Threshold = FatigueThresholds().broken_nights_per_week
    nothing_done_percent: Percent = FatigueThresholds().nothing_done_percent
    first_level_silent_percent: Percent = FatigueThresholds().first_level_silent_percent
    actionable_percent: Percent = FatigueThresholds().actionable_percent


class BlameThresholdsBody(Strict):
    """Blame is found from these on."""

    names: Threshold = BlameThresholds().names
    hints_per_1000_words: Threshold = BlameThresholds().hints_per_1000_words
    promises: Threshold = BlameThresholds().promises
    branches_ending_at_a_person: Threshold = BlameThresholds().branches_ending_at_a_person


class MissingPostmortemThresholdsBody(Strict):
    """Missing postmortems are found from these on."""

    missing: Threshold = MissingPostmortemThresholds().missing
    missing_after_business_days: Days = MissingPostmortemThresholds().missing_after_business_days
    waived_percent: Percent = MissingPostmortemThresholds().waived_percent
    repeats: Threshold = MissingPostmortemThresholds().repeats
    repeats_within_days: Days = MissingPostmortemThresholds().repeats_within_days
    no_primary_factor_percent: Percent = MissingPostmortemThresholds().no_primary_factor_percent


class TheatreThresholdsBody(Strict):
    """Postmortem theatre is found from these on."""

    overdue_days: Days = TheatreThresholds().overdue_days
    overdue_urgent_items: Threshold = TheatreThresholds().overdue_urgent_items
    overdue_percent: Percent = TheatreThresholds().overdue_percent
    on_time_percent: Percent = TheatreThresholds().on_time_percent
    never_started_days: Days = TheatreThresholds().never_started_days
    followed_days: Days = TheatreThresholds().followed_days
    approved_within_minutes: Threshold = TheatreThresholds().approved_within_minutes
    editing_spans: Threshold = TheatreThresholds().editing_spans
    own_words: Threshold = TheatreThresholds().own_words
    due_date_moved: Threshold = TheatreThresholds().due_date_moved


class PracticeThresholdsBody(Strict):
    """From which value on a measure of an anti-pattern is a finding."""

    window_days: Annotated[int, Field(ge=1, le=A_YEAR)] = PracticeThresholds().window_days
    hero_culture: HeroThresholdsBody = HeroThresholdsBody()
    alert_fatigue: FatigueThresholdsBody = FatigueThresholdsBody()
    blame: BlameThresholdsBody = BlameThresholdsBody()
    no_postmortems: MissingPostmortemThresholdsBody = MissingPostmortemThresholdsBody()
    postmortem_theatre: TheatreThresholdsBody = TheatreThresholdsBody()


class LanguageBody(Strict):
    """Which hints for blameless language are given."""

    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = Language().language
    rules_left_out: Annotated[Several[Name], Field(description="By their names.")] = ()


class RemindingBody(Strict):
    """When people are reminded of what is due."""

    postmortem_days_before: Days = Reminding().postmortem_days_before
    postmortem_business_days_between: Annotated[int, Field(ge=1, le=A_YEAR)] = (
        Reminding().postmortem_business_days_between
    )
    postmortem_escalates_after: Threshold = Reminding().postmortem_escalates_after
    item_days_before: Days = Reminding().item_days_before
    item_days_between: Annotated[int, Field(ge=1, le=A_YEAR)] = Reminding().item_days_between
    item_escalates_after_days: Days = Reminding().item_escalates_after_days


def _demand_bodies() -> tuple[PostmortemDemandBody, ...]:
    return tuple(PostmortemDemandBody(**asdict(one)) for one in DEFAULT.postmortems)


EXAMPLE: Final[dict[str, Any]] = {
    "targets": [
        {"measure": "tta", "minutes": 10},
        {"measure": "ttr", "minutes": 60},
        {"measure": "ttr", "minutes": 30, "severity": "SEV1"},
    ],
    "causes": [
        {"category": "deploy", "label": "Deploy issues"},
        {"category": "unknown", "label": "Not known"},
    ],
}


class LearningPolicyBody(Strict, json_schema_extra={"examples": [EXAMPLE]}):
    """A learning policy as it shall be; what is left out is as the practice asks."""

    postmortems: Annotated[
        Several[PostmortemDemandBody], Field(description="One for each severity.")
    ] = _demand_bodies()
    items: Annotated[Several[ItemDemandBody], Field(description="When action items are due.")] = (
        tuple(ItemDemandBody(**asdict(one)) for one in DEFAULT.items)
    )
    items_else_days: Annotated[Days, Field(description="The same of all others.")] = (
        DEFAULT.items_else_days
    )
    causes: Annotated[
        Several[CauseCategoryBody],
        Field(description="A category that is left out is retired: what has it stays readable."),
    ] = tuple(CauseCategoryBody(**asdict(one)) for one in DEFAULT.causes)
    targets: Several[MeanTargetBody] = tuple(
        MeanTargetBody(**asdict(one)) for one in DEFAULT.targets
    )
    thresholds: PracticeThresholdsBody = PracticeThresholdsBody()
    language: LanguageBody = LanguageBody()
    reminding: RemindingBody = RemindingBody()
    not_done_labels: Annotated[
        Several[Line],
        Field(description="An issue that was closed with one of these labels was not done."),
    ] = ()


def learning_policy_in(body: LearningPolicyBody) -> LearningPolicy:
    """Return what the body says."""
    thresholds = body.thresholds
    return LearningPolicy(
        postmortems=tuple(PostmortemDemand(**one.model_dump()) for one in body.postmortems),
        items=tuple(ItemDemand(**one.model_dump()) for one in body.items),
        items_else_days=body.items_else_days,
        causes=tuple(CauseCategory(**one.model_dump()) for one in body.causes),
        targets=tuple(Target(**one.model_dump()) for one in body.targets),
        thresholds=PracticeThresholds(
            window_days=thresholds.window_days,
            hero_culture=HeroThresholds(**thresholds.hero_culture.model_dump()),
            alert_fatigue=FatigueThresholds(**thresholds.alert_fatigue.model_dump()),
            blame=BlameThresholds(**thresholds.blame.model_dump()),
            no_postmortems=MissingPostmortemThresholds(**thresholds.no_postmortems.model_dump()),
            postmortem_theatre=TheatreThresholds(**thresholds.postmortem_theatre.model_dump()),
        ),
        language=Language(**body.language.model_dump()),
        reminding=Reminding(**body.reminding.model_dump()),
        not_done_labels=tuple(dict.fromkeys(body.not_done_labels)),
    )


def learning_body_of(policy: LearningPolicy) -> LearningPolicyBody:
    """Return the policy as a body that defines the same."""
    return LearningPolicyBody.model_validate(asdict(policy))
