"""Postmortem review: others read it, approve it, and it is published, or waived."""

from typing import Annotated, Final

from fastapi import Response
from pydantic import Field

from events.ids import ResponderId, incident_stream
from events.incident.decide import incident_decider
from events.loading import load
from events.postmortem.commands import (
    ApprovePostmortem,
    PublishPostmortem,
    RequestReview,
    RevisePostmortem,
    WaivePostmortem,
)
from events.postmortem.document.publishing import Visibility
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.formats import Choice, Line, Name, Strict
from services.api.http.guard import api_router, requires
from services.api.resources.incidents.commands import NoBody
from services.api.resources.postmortem.beside.customers import audience_of
from services.api.resources.postmortem.change import ThePostmortem
from services.api.resources.postmortem.hints import hints_left
from services.api.writing.receipts import Receipt

router = api_router("postmortem")

PATH: Final = "/v1/incidents/{incident_id}/postmortem"
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]


class ReviewBody(Strict, json_schema_extra={"examples": [{"reviewer_ids": ["linus", "mary"]}]}):
    """Who is asked to read it."""

    reviewer_ids: Annotated[
        tuple[Name, ...],
        Field(max_length=20, strict=False, description="Nobody in particular: anybody may."),
    ] = ()


class PostmortemApprovalBody(
    Strict, json_schema_extra={"examples": [{"digest": "9f86d081884c7d65"}]}
):
    """What was read, by the digest that stood on it."""

    digest: Annotated[str, Field(min_length=1, max_length=64, pattern="^[0-9a-f]+$")]


class PublicationBody(
    Strict, json_schema_extra={"examples": [{"visibility": "everyone", "reason": None}]}
):
    """For whom it is published, and why, though something is missing in it."""

    visibility: Annotated[
        Choice[Visibility],
        Field(
            description="Team: that owns the service, and who worked on it. Public: everyone, and"
            " customers read the public text. A private incident's is for its members."
        ),
    ] = Visibility.EVERYONE
    reason: Line | None = None


class WaiverBody(
    Strict, json_schema_extra={"examples": [{"reason": "The same as INC-1041, a minute later"}]}
):
    """Why there will be none. The log keeps it: name nobody."""

    reason: Line


@router.post(f"{PATH}/review", dependencies=WRITE, response_model=Receipt)
async def request_postmortem_review(postmortem: ThePostmortem, body: ReviewBody) -> Response:
    """Ask for a review. What nobody has written is kept as the log says it now."""
    change = postmortem.change
    document = await postmortem.document()
    command = RequestReview(
        reviewer_ids=tuple(map(ResponderId, body.reviewer_ids)),
        timeline_until=max((line.position or 0 for line in document.timeline), default=0),
        computed=document.unwritten,
        actor=change.actor,
        at=change.at,
    )
    return await postmortem.receipt(command)


@router.post(f"{PATH}/approval", dependencies=WRITE, response_model=Receipt)
async def approve_postmortem(
    dependencies: Deps, postmortem: ThePostmortem, body: PostmortemApprovalBody
) -> Response:
    """Approve what you have read; a later edit makes the approval stale."""
    change = postmortem.change
    stream = incident_stream(postmortem.incident_id)
    incident, _ = await load(dependencies.log, incident_decider, stream)
    who = change.actor.responder_id
    took_part = {*incident.responders, *incident.roles.values()}
    command = ApprovePostmortem(
        digest=body.digest,
        was_responder=who in took_part or incident.acknowledged_by == change.actor.name,
        actor=change.actor,
        at=change.at,
    )
    return await postmortem.receipt(command)


@router.post(f"{PATH}/publication", dependencies=WRITE, response_model=Receipt)
async def publish_postmortem(postmortem: ThePostmortem, body: PublicationBody) -> Response:
    """Publish an edition: for everybody who may know of the incident, or as `visibility` says.

    What is missing is listed by `GET`, and takes a reason that stands in the edition.
    """
    change = postmortem.change
    document = await postmortem.document()
    command = PublishPostmortem(
        visibility=body.visibility,
        audience=await audience_of(change.dependencies.log, postmortem.incident_id),
        severity=document.detail.board.severity,
        action_items=len(document.action_items),
        timeline_until=max((line.position or 0 for line in document.timeline), default=0),
        reason=body.reason,
        hints_left=await hints_left(change.dependencies, document),
        computed=document.unwritten,
        actor=change.actor,
        at=change.at,
    )
    return await postmortem.receipt(command)


@router.post(f"{PATH}/revision", dependencies=WRITE, response_model=Receipt)
async def revise_postmortem(postmortem: ThePostmortem, _: NoBody = None) -> Response:
    """Begin another edition of a published postmortem; its approvals begin anew, too."""
    change = postmortem.change
    return await postmortem.receipt(RevisePostmortem(actor=change.actor, at=change.at))


@router.post(f"{PATH}/waiver", dependencies=WRITE, response_model=Receipt)
async def waive_postmortem(postmortem: ThePostmortem, body: WaiverBody) -> Response:
    """Say aloud that there will be no postmortem, and why; beginning it takes that back."""
    change = postmortem.change
    return await postmortem.receipt(
        WaivePostmortem(reason=body.reason, actor=change.actor, at=change.at)
    )
