"""Views of what if: how sure it is that an incident would have been answered sooner."""

from typing import Annotated

from pydantic import Field

from events.backtest.what_if import DRAWS, Burden, IncidentAnswered, Spread, Verdict, WhatIf
from services.api.http.formats import Instant, View
from services.api.reading.backtest_reads import MOST, Material
from services.api.resources.practice.names import NamesShown

ASSUMED = (
    "Who is paged when follows from the policy: it is computed by the rules that page.",
    "Whoever was paged in that incident and answered does so after the delay they really took.",
    "Whoever was paged in it and was silent is so at least as long.",
    "Others answer after a draw from their own delays of a year, in that band of their day.",
    "With under eight answers it is their teams' delays; where these are too few, one cannot say.",
    "Whoever answered without having been paged would have done so at the same time.",
    "Teams and contact methods are as they are now.",
    "It speaks of policies, never of what a person would have done.",
)


class WhatIfSpreadView(View):
    """A number over all draws: the middle one, and between which eight of ten are."""

    p10: float
    median: float
    p90: float


class WhatIfIncidentView(View):
    """One incident: how it was answered, and would have been."""

    incident_id: str
    reference: str
    service_id: str | None
    took_seconds: Annotated[float | None, Field(description="Null: nobody answered its page.")]
    would_take_seconds: Annotated[
        WhatIfSpreadView | None, Field(description="Of the draws in which somebody answers.")
    ]
    draws: Annotated[dict[Verdict, int], Field(description="In how many draws it is what.")]


class BurdenView(View):
    """What the pages took of a person."""

    interruptions: float
    broken_nights: float


class WhatIfPersonView(View):
    """One person, before and after."""

    responder_id: str
    before: BurdenView
    after: Annotated[BurdenView, Field(description="The mean over all draws.")]


class WhatIfView(View):
    """What another policy would have meant. Nothing is stored, and nobody is paged."""

    starts_at: Instant
    ends_at: Instant
    draws: int
    seed: int
    cut: Annotated[bool, Field(description=f"Only the newest {MOST} incidents of the period.")]
    counted: Annotated[int, Field(description="Incidents whose first page went by the policy.")]
    verdicts: Annotated[
        dict[Verdict, WhatIfSpreadView],
        Field(description="How many incidents are what, over the draws."),
    ]
    incidents: tuple[WhatIfIncidentView, ...]
    people: Annotated[
        tuple[WhatIfPersonView, ...],
        Field(description="Those whose numbers you may see; the most interruptions first."),
    ]
    people_counted: int
    assumed: Annotated[tuple[str, ...], Field(description="What the answer rests on, in words.")]


def what_if_view(material: Material, said: WhatIf, seed: int, names: NamesShown) -> WhatIfView:
    """Return the answer as the API shows it, with the names that a caller sees."""
    people = sorted(said.people.items(), key=lambda one: (-one[1][1].interruptions, one[0]))
    return WhatIfView(
        starts_at=material.begin,
        ends_at=material.end,
        draws=DRAWS,
        seed=seed,
        cut=material.cut,
        counted=len(said.incidents),
        verdicts={verdict: _spread(many) for verdict, many in said.verdicts.items()},
        incidents=tuple(map(_incident, said.incidents)),
        people=tuple(
            WhatIfPersonView(responder_id=who, before=_burden(before), after=_burden(after))
            for who, (before, after) in people
            if names.shows(who)
        ),
        people_counted=len(people),
        assumed=ASSUMED,
    )


def _incident(one: IncidentAnswered) -> WhatIfIncidentView:
    return WhatIfIncidentView(
        incident_id=str(one.incident.incident_id),
        reference=one.incident.reference,
        service_id=one.incident.service_id,
        took_seconds=None if one.took is None else one.took.total_seconds(),
        would_take_seconds=None if one.would_take is None else _spread(one.would_take),
        draws=one.verdicts,
    )


def _spread(one: Spread) -> WhatIfSpreadView:
    return WhatIfSpreadView(p10=one.p10, median=one.median, p90=one.p90)


def _burden(one: Burden) -> BurdenView:
    return BurdenView(
        interruptions=round(one.interruptions, 2), broken_nights=round(one.broken_nights, 2)
    )
