"""Postmortem: begun, read, handed on, and made unreadable piece by piece."""

from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from activities.policy_in_force import policy_in_force
from events.ids import ResponderId, ServiceId, incident_stream
from events.incident.decide import incident_decider
from events.incident.relations.state import OtherIncident
from events.incident.roles.events import Role
from events.loading import load
from events.log.privacy.subject_keys import destroy_subject_key
from events.postmortem.commands import ChangeAuthor, EraseText, StartPostmortem
from events.postmortem.document.terms import terms_of
from services.access.permissions import Permission
from services.access.visibility import Visibility, sees
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Line, Name, Strict
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.postmortem.change import ThePostmortem
from services.api.resources.postmortem.reading import document_of
from services.api.resources.postmortem.views import PostmortemView, postmortem_view
from services.api.resources.postmortem.written import written_document
from services.api.writing.receipts import Receipt
from services.export.written import FileFormat, written

router = api_router("postmortem")

PATH: Final = "/v1/incidents/{incident_id}/postmortem"
READ: Final = [requires(Permission.INCIDENT_READ)]
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]


class BeginPostmortemBody(Strict, json_schema_extra={"examples": [{"author_id": "grace"}]}):
    """Who sees to it that it is written."""

    author_id: Annotated[
        Name | None, Field(description="Null: the incident commander, if there was one.")
    ] = None


class AuthorBody(Strict, json_schema_extra={"examples": [{"author_id": "grace"}]}):
    """Who sees to it from now on."""

    author_id: Name


class ErasureBody(Strict, json_schema_extra={"examples": [{"reason": "It named a customer"}]}):
    """Why. The log keeps the reason: name nobody in it."""

    reason: Line


@router.get(PATH, dependencies=READ)
async def show_postmortem(
    response: Response,
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ReadQuery, Query()],
) -> PostmortemView:
    """Show the postmortem. What nobody has written yet is what the log says."""
    document = await document_of(dependencies, reads, query, incident_id)
    at = datetime.now(UTC) if query.as_of is None else query.as_of
    view = postmortem_view(document, at if isinstance(at, datetime) else None)
    response.headers["ETag"] = f'"{view.version}"'
    return view


@router.get(
    f"{PATH}.md",
    dependencies=READ,
    response_class=Response,
    responses={200: {"content": {"text/markdown": {"schema": {"type": "string"}}}}},
)
async def show_postmortem_as_markdown(
    response: Response,
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ReadQuery, Query()],
) -> Response:
    """Write the postmortem in the template's headings, order and tables, as Markdown."""
    document = await document_of(dependencies, reads, query, incident_id)
    text = await written(written_document(document), FileFormat.MARKDOWN)
    return Response(text, media_type="text/markdown", headers=dict(response.headers))


@router.post(PATH, dependencies=WRITE, response_model=Receipt)
async def begin_postmortem(
    dependencies: Deps, caller: TheCaller, postmortem: ThePostmortem, body: BeginPostmortemBody
) -> Response:
    """Begin a postmortem by hand; that of a resolved SEV1 or SEV2 begins by itself."""
    change, incident_id = postmortem.change, postmortem.incident_id
    incident, _ = await load(dependencies.log, incident_decider, incident_stream(incident_id))
    goes_on = incident.relations.merged_into
    service = None if incident.service_id is None else ServiceId(incident.service_id)
    policy = await policy_in_force(dependencies.log, service)
    author = body.author_id or incident.roles.get(Role.COMMANDER)
    command = StartPostmortem(
        incident_id=incident_id,
        author_id=None if author is None else ResponderId(author),
        terms=terms_of(policy.policy),
        merged_into=await _called(dependencies, caller.visibility, goes_on),
        actor=change.actor,
        at=change.at,
    )
    return await postmortem.receipt(command)


async def _called(
    dependencies: Deps, visibility: Visibility, other: OtherIncident | None
) -> str | None:
    """Return what the incident that goes on is called, by whoever may know of it."""
    if other is None:
        return None
    known = await sees(dependencies, visibility, other.incident_id)
    return other.reference if known else "another incident"


@router.put(f"{PATH}/author", dependencies=WRITE, response_model=Receipt)
async def hand_postmortem_on(postmortem: ThePostmortem, body: AuthorBody) -> Response:
    """Have somebody else see to it that the postmortem is written."""
    change = postmortem.change
    return await postmortem.receipt(
        ChangeAuthor(author_id=ResponderId(body.author_id), actor=change.actor, at=change.at)
    )


@router.delete(
    f"{PATH}/texts/{{text_id}}",
    dependencies=[requires(Permission.SUBJECT_FORGET)],
    response_model=Receipt,
)
async def erase_postmortem_text(
    postmortem: ThePostmortem, text_id: UUID, body: ErasureBody
) -> Response:
    """Make a text of the postmortem unreadable for ever, also what it said before.

    Revisions and approvals stay, and verify: they hold no text.
    """
    change = postmortem.change
    command = EraseText(text_id=text_id, reason=body.reason, actor=change.actor, at=change.at)
    # First the fact: whoever projects it destroys the key too, should we end before the next line.
    answer = await postmortem.receipt(command)
    if not change.dry_run:
        await destroy_subject_key(change.dependencies.database, str(text_id))
    return answer
