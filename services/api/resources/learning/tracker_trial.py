"""Tracker trial: whether a tracker takes the token and shows the project, asked of it now."""

from typing import Annotated

from pydantic import Field

from activities.tracking.keeping import tracker_of
from activities.tracking.trial import try_out
from events.configuration.tracker import TrackerId, TrackerNotFound
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.formats import Name, View
from services.api.http.guard import api_router, requires
from services.api.resources.learning.trackers import TRACKER_PATH

router = api_router("learning")


class TrackerTestAnswer(View):
    """What came of asking the tracker. Nothing was stored, and nothing written there."""

    works: Annotated[
        bool, Field(description="It takes the token and shows the project, with the issue type.")
    ]
    problem: Annotated[str | None, Field(description="Named fault, such as http_401.")]
    advice: Annotated[str | None, Field(description="What to do about it.")]


@router.post(f"{TRACKER_PATH}/test", dependencies=[requires(Permission.CONFIGURATION_WRITE)])
async def test_tracker(dependencies: Deps, tracker_id: Name) -> TrackerTestAnswer:
    """Ask a tracker whether it takes the token and shows the project; store nothing."""
    known = await tracker_of(dependencies.log, TrackerId(tracker_id))
    if known is None:
        raise TrackerNotFound(f"No such tracker: {tracker_id}.")
    allowed = dependencies.settings.webhook_allow_private
    found = await try_out(known, dependencies.clock(), allow_private=allowed)
    return TrackerTestAnswer(
        works=found.problem is None, problem=found.problem, advice=found.advice
    )
