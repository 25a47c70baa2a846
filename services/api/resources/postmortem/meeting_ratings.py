"""Meeting ratings: two questions at its end, of which counts alone are shown, from five on."""

from typing import Annotated, Final

from fastapi import Response
from pydantic import Field

from events.postmortem.meeting.commands import RateMeeting
from events.postmortem.meeting.refusals import MeetingRefused
from events.postmortem.meeting.state import Meeting
from services.access.permissions import Permission
from services.api.http.formats import Strict, View
from services.api.http.guard import api_router, requires
from services.api.resources.postmortem.change import ThePostmortem
from services.api.writing.receipts import Receipt
from services.commanding.unnamed_answers import UnnamedAnswers

router = api_router("postmortem")

RATING: Final = "/v1/incidents/{incident_id}/postmortem/meeting/rating"
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]


class MeetingRatingBody(
    Strict, json_schema_extra={"examples": [{"learned": True, "would_come_again": True}]}
):
    """What the meeting gave you. Nobody is told who answered what."""

    learned: Annotated[bool, Field(description="Did you learn something that changes your work?")]
    would_come_again: bool


class MeetingRatingsView(View):
    """How many answered what."""

    answers: int
    learned: int
    would_come_again: int


@router.put(RATING, dependencies=WRITE, response_model=Receipt)
async def rate_meeting(postmortem: ThePostmortem, body: MeetingRatingBody) -> Response:
    """Answer the two questions at the end, once; said again, the newest answer counts.

    The log keeps the answer without who gave it.
    """
    change = postmortem.change
    rater = change.actor.responder_id
    if rater is None:
        raise MeetingRefused("Only a person can say what a meeting gave them: name one.")
    answers = UnnamedAnswers(change.dependencies.settings.link_key)
    command = RateMeeting(
        answer_id=answers.answer_id(postmortem.incident_id, rater),
        rater_id=rater,
        learned=body.learned,
        again=body.would_come_again,
        actor=change.actor,
        at=change.at,
    )
    unnamed = postmortem.with_change(answers.unnamed(change))
    return await unnamed.receipt(command)


def ratings_view(meeting: Meeting) -> MeetingRatingsView | None:
    """Return how many answered what; None while too few did."""
    counted = meeting.ratings
    if counted is None:
        return None
    return MeetingRatingsView(
        answers=counted.answers, learned=counted.learned, would_come_again=counted.again
    )
