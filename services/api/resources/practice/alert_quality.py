"""Alert quality over HTTP: what each alert rule called people for, and what tuning would spare."""

import asyncio
from typing import Annotated, Final

from fastapi import Query
from pydantic import ConfigDict, Field

from projections.configuration import tables as configuration
from projections.load.alert_quality import (
    RuleQuality,
    alert_calls,
    alert_quality,
)
from projections.metrics import interruptions
from projections.practice import noise
from projections.practice.loudest import AlertOutcome
from services.access.permissions import Permission
from services.access.visibility import apart_for, private_now
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps
from services.api.http.formats import Name, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Limit, ReadQuery, TheReads
from services.api.resources.learning.metrics_query import WindowQuery
from services.api.resources.learning.sight import require_known
from services.api.resources.practice.load_views import LoadWindowView
from services.request_refusals import Invalid, KeptToItself, RequestInvalid

router = api_router("learning")

NOW_ONLY: Final = "These numbers are told as they are now: leave as_of out, and name the window."


class AlertQualityQuery(WindowQuery):
    """Which stretch of time, and which service."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=False)

    service: Name | None = None
    limit: Limit = 10


class RuleQualityView(View):
    """Alerts of one name, from one integration."""

    integration_id: str
    title: str
    incidents: int
    outcomes: Annotated[
        dict[AlertOutcome, int],
        Field(description="Acknowledged and no more: the monitor closed them."),
    ]
    actionable: Annotated[
        float | None, Field(description="Of what is over, the part that people worked on.")
    ]
    openings: int
    flapping: Annotated[
        int, Field(description="Incidents for which it opened three times within an hour.")
    ]
    interruptions: int
    wasted: Annotated[int, Field(description="Of them: for nothing but incidents in vain.")]


class AlertQualityView(View):
    """Alert rules, those that wasted most interruptions first."""

    window: LoadWindowView
    interruptions: Annotated[int, Field(description="By incidents that alerts opened.")]
    rules: list[RuleQualityView]
    rules_left_out: int
    sentence: Annotated[
        str | None, Field(description="What tuning the first three would have spared; null: none.")
    ]


@router.get("/v1/metrics/alert-quality", dependencies=[requires(Permission.METRICS_READ)])
async def show_alert_quality(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[AlertQualityQuery, Query()],
) -> AlertQualityView:
    """Show what each alert rule called people for, and what tuning the loudest would spare."""
    if query.as_of is not None:
        raise RequestInvalid(Invalid(field="query.as_of", reason=NOW_ONLY))
    await require_known(dependencies, query.service, None)
    apart = (await apart_for(dependencies, caller.visibility)).services
    if query.service in apart:
        raise KeptToItself(f"The alerts of {query.service} alone are there for its team only.")
    quarter, window = query.window(dependencies.clock())
    private = await private_now(dependencies)
    seen = ReadQuery(after_position=query.after_position)
    async with reads.of(seen, noise.NAME, interruptions.NAME, configuration.NAME) as reader:
        calls = await alert_calls(reader, window, private, query.service, apart)
    found = await asyncio.to_thread(alert_quality, calls)
    return AlertQualityView(
        window=LoadWindowView(
            quarter=quarter.name if quarter else None,
            zone=query.zone,
            begin=window.begin,
            until=window.end,
        ),
        interruptions=found.interruptions,
        rules=[_rule(one) for one in found.rules[: query.limit]],
        rules_left_out=max(len(found.rules) - query.limit, 0),
        sentence=found.sentence,
    )


def _rule(one: RuleQuality) -> RuleQualityView:
    return RuleQualityView(
        integration_id=one.rule.integration_id,
        title=one.rule.title,
        incidents=one.incidents,
        outcomes=dict(one.outcomes),
        actionable=None if one.actionable is None else round(one.actionable, 3),
        openings=one.openings,
        flapping=one.flapping,
        interruptions=one.interruptions,
        wasted=one.wasted,
    )
