"""Views of the load: what people and rotations carry, and how evenly."""

from typing import Annotated

from pydantic import ConfigDict, Field

from projections.load.bands import Band
from projections.load.carried import CarriedLoad
from projections.load.reading import hours
from projections.load.shares import RotationShares, Share, Spread, equal_share, spread
from services.api.http.formats import Instant, View
from services.api.resources.practice.names import NamesShown


class LoadWindowView(View):
    """Window of the load; of one that is not over, as much as is."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    quarter: str | None
    zone: str
    begin: Annotated[Instant, Field(alias="from")]
    until: Instant


class SpreadView(View):
    """How a number is spread over people, without saying whose is which."""

    people: int
    least: float
    median: float
    most: float
    mean: float


class PersonLoadView(View):
    """What on call took of one person, by their own clock."""

    responder_id: str
    hours_said: Annotated[bool, Field(description="By their own hours; false: by UTC.")]
    interruptions: Annotated[
        int, Field(description="Messages of pages within ten minutes of the first are one.")
    ]
    work: Annotated[int, Field(description="Of the interruptions: in their work.")]
    off: int
    sleep: int
    broken_nights: Annotated[
        int, Field(description="Nights in which they were interrupted in their sleep.")
    ]
    disrupted_hours: Annotated[int, Field(description="Hours of their clock with any.")]
    messages: int
    on_call_hours: Annotated[float, Field(description="In whatever number of rotations.")]
    per_12_hours: Annotated[
        float | None, Field(description="Interruptions while on call; null: they were not.")
    ]


class SpreadsView(View):
    """How the load is spread; null below three people, of whom one would be known from it."""

    interruptions: SpreadView | None
    out_of_hours: SpreadView | None
    broken_nights: SpreadView | None
    on_call_hours: SpreadView | None


class ShareView(View):
    """Share that one person has of a rotation."""

    responder_id: str
    hours: float
    nights: Annotated[int, Field(description="Of which they had any part, 22:00 to 06:00.")]
    night_hours: float
    weekend_hours: float
    holiday_hours: float
    interruptions: Annotated[int, Field(description="While they were on call in it.")]
    of_equal: Annotated[
        float | None, Field(description="Their hours as a part of the equal share: 1 is even.")
    ]


class RotationLoadView(View):
    """One schedule. A balance is the mean over pairs of the smaller share of the larger, in %."""

    schedule_id: str
    name: str
    team_id: str | None
    people: int
    interruptions: int
    equal_hours: Annotated[float, Field(description="What each would have if all had the same.")]
    equal_interruptions: float
    balance: Annotated[int, Field(description="Of hours; from 95 on it is 100.")]
    night_balance: int
    weekend_balance: int
    holiday_balance: int
    interruption_balance: int
    shares: Annotated[
        list[ShareView], Field(description="Of the people whose numbers you may see, by name.")
    ]
    hours: Annotated[SpreadView | None, Field(description="How its hours are spread.")]


class TeamLoadView(View):
    """The members of a team, as it is now."""

    team_id: str
    people: Annotated[int, Field(description="Who had any load.")]
    interruptions: int
    work: int
    off: int
    sleep: int
    broken_nights: int


class OnCallLoadView(View):
    """Load of on call. It is there to share the load, and says nothing of how good anybody is."""

    window: LoadWindowView
    preliminary: Annotated[bool, Field(description="The window is not over.")]
    people: Annotated[
        list[PersonLoadView],
        Field(
            description="Those whose numbers you may see: your own, those of people in a team that"
            " you manage, and with people:read everybody's. By name."
        ),
    ]
    people_counted: int
    without_hours: Annotated[
        int, Field(description="Of them: who has not said when they work and sleep.")
    ]
    spread: SpreadsView
    rotations: list[RotationLoadView]
    teams: list[TeamLoadView]


def person_view(one: CarriedLoad) -> PersonLoadView:
    """Return what one person carried."""
    per = one.per_half_day
    return PersonLoadView(
        responder_id=one.responder_id,
        hours_said=one.hours_said,
        interruptions=one.interruptions,
        **{band.value: one.by_band[band] for band in Band},
        broken_nights=one.broken_nights,
        disrupted_hours=one.disrupted_hours,
        messages=one.messages,
        on_call_hours=hours(one.on_call),
        per_12_hours=None if per is None else round(per, 3),
    )


def spreads_view(people: list[CarriedLoad]) -> SpreadsView:
    """Return how the load of some people is spread."""
    return SpreadsView(
        interruptions=spread_view(spread([one.interruptions for one in people])),
        out_of_hours=spread_view(spread([one.out_of_hours for one in people])),
        broken_nights=spread_view(spread([one.broken_nights for one in people])),
        on_call_hours=spread_view(spread([hours(one.on_call) for one in people])),
    )


def spread_view(one: Spread | None) -> SpreadView | None:
    """Return how a number is spread."""
    return None if one is None else SpreadView.model_validate(one)


def rotation_view(
    name: tuple[str, str, str | None], found: RotationShares, names: NamesShown
) -> RotationLoadView:
    """Return one rotation: its id, its name and its team's id, with the shares that are shown."""
    schedule_id, title, team_id = name
    equal = equal_share(found.shares, lambda one: hours(one.load.on_call))
    return RotationLoadView(
        schedule_id=schedule_id,
        name=title,
        team_id=team_id,
        people=len(found.shares),
        interruptions=found.interruptions,
        equal_hours=round(equal, 2),
        equal_interruptions=round(equal_share(found.shares, lambda one: one.interruptions), 2),
        balance=found.balance,
        night_balance=found.night_balance,
        weekend_balance=found.weekend_balance,
        holiday_balance=found.holiday_balance,
        interruption_balance=found.interruption_balance,
        shares=[_share(one, equal) for one in found.shares if names.shows(one.load.responder_id)],
        hours=spread_view(spread([hours(one.load.on_call) for one in found.shares])),
    )


def _share(one: Share, equal: float) -> ShareView:
    load = one.load
    return ShareView(
        responder_id=load.responder_id,
        hours=hours(load.on_call),
        nights=load.nights,
        night_hours=hours(load.at_night),
        weekend_hours=hours(load.at_weekends),
        holiday_hours=hours(load.on_holidays),
        interruptions=one.interruptions,
        of_equal=round(hours(load.on_call) / equal, 3) if equal else None,
    )


def team_view(team_id: str, people: list[CarriedLoad]) -> TeamLoadView:
    """Return what the members of a team carried together."""
    return TeamLoadView(
        team_id=team_id,
        people=len(people),
        interruptions=sum(one.interruptions for one in people),
        **{band.value: sum(one.by_band[band] for one in people) for band in Band},
        broken_nights=sum(one.broken_nights for one in people),
    )
