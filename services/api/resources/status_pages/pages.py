"""Status pages: what customers are shown, of which parts."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import Query, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from events.ids import ServiceId, StatusPageId, TeamId
from events.status_page.commands import Component, DefineStatusPage, RemoveStatusPage
from events.status_page.decide import AGGREGATE, StatusPageNotFound, status_page_decider
from projections.communication import status_pages
from projections.communication.status_pages import (
    StatusPageRow,
    find_status_page,
)
from projections.communication.status_pages import (
    list_status_pages as every_status_page,
)
from services.access.permissions import Permission
from services.api.http.dependencies import Deps
from services.api.http.formats import Line, Name, Strict, TextIfAny, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.incidents.commands import NoBody
from services.api.views.rows import shows
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.status_page.files import StatusDirectory, address_of

router = api_router("status pages")

PAGE: Final = "/v1/status-pages/{status_page_id}"
READ: Final = [requires(Permission.CONFIGURATION_READ)]
WRITE: Final = [requires(Permission.TEAM_WRITE)]
MOST_COMPONENTS: Final = 60
MOST_SERVICES: Final = 50


class ComponentBody(Strict):
    """A part of what customers use."""

    component_id: Name
    name: Annotated[Line, Field(description="As customers call it.")]
    description: Annotated[TextIfAny, Field(max_length=300)] = ""
    group: Annotated[
        Line | None, Field(description="The heading that it stands under with others.")
    ] = None
    service_ids: Annotated[
        tuple[Name, ...],
        Field(
            max_length=MOST_SERVICES,
            strict=False,
            description="What it stands on; never shown to customers.",
        ),
    ] = ()


class StatusPageBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "name": "Acme",
                "team_id": "payments",
                "components": [
                    {
                        "component_id": "checkout",
                        "name": "Checkout",
                        "group": "Shop",
                        "service_ids": ["checkout"],
                    }
                ],
            }
        ]
    },
):
    """Status page as it shall be; its id is its name in its address."""

    name: Annotated[Line, Field(description="Whose status it is, as customers call you.")]
    team_id: Annotated[Name | None, Field(description="Whose page it is.")] = None
    components: Annotated[
        tuple[ComponentBody, ...], Field(max_length=MOST_COMPONENTS, strict=False)
    ]


class ComponentView(View):
    """A part of what customers use."""

    component_id: str
    name: str
    description: str
    group: str | None
    service_ids: tuple[str, ...]


@shows(StatusPageRow, "added", "removed_at")
class StatusPageView(View):
    """Status page: what customers are shown."""

    components: tuple[ComponentView, ...]


class SnapshotView(View):
    """The files of a status page."""

    address: str
    published: Annotated[bool, Field(description="Whether there is a directory for them.")]
    written_at: Annotated[
        datetime | None, Field(description="When they were written last; null: never.")
    ]


class StatusPageList(View):
    """Every status page, by id."""

    status_pages: list[StatusPageView]


@router.get("/v1/status-pages", dependencies=READ)
async def list_status_pages(
    reads: TheReads, query: Annotated[ReadQuery, Query()]
) -> StatusPageList:
    """List the status pages, by id."""
    async with reads.of(query, status_pages.NAME) as connection:
        rows = await every_status_page(connection)
    return StatusPageList(status_pages=[StatusPageView.model_validate(row) for row in rows])


@router.get(PAGE, dependencies=READ)
async def show_status_page(
    response: Response, reads: TheReads, status_page_id: Name, query: Annotated[ReadQuery, Query()]
) -> StatusPageView:
    """Show a status page; its ETag is what If-Match takes."""
    stream = AGGREGATE.stream(status_page_id)
    async with reads.of(query, status_pages.NAME, stream=stream) as connection:
        row = await find_status_page(connection, status_page_id)
    if row is None:
        raise StatusPageNotFound(f"No such status page: {status_page_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    return StatusPageView.model_validate(row)


@router.get(f"{PAGE}/snapshot", dependencies=READ)
async def show_status_page_snapshot(
    dependencies: Deps, reads: TheReads, status_page_id: Name, query: Annotated[ReadQuery, Query()]
) -> SnapshotView:
    """Show where customers find a status page, and when its files were written last."""
    stream = AGGREGATE.stream(status_page_id)
    async with reads.of(query, status_pages.NAME, stream=stream) as connection:
        row = await find_status_page(connection, status_page_id)
    if row is None:
        raise StatusPageNotFound(f"No such status page: {status_page_id}.")
    root = dependencies.settings.status_directory
    directory = StatusDirectory(root) if root else None
    written = await run_in_threadpool(directory.written_of, status_page_id) if directory else None
    return SnapshotView(
        address=address_of(dependencies.settings.public_url, status_page_id),
        published=directory is not None,
        written_at=written.at if written else None,
    )


@router.put(PAGE, dependencies=WRITE, response_model=Receipt)
async def define_status_page(
    status_page_id: Name, body: StatusPageBody, change: TheConfigurationChange
) -> Response:
    """Make a status page, or replace what is known of it."""
    command = DefineStatusPage(
        status_page_id=StatusPageId(status_page_id),
        name=body.name,
        team_id=TeamId(body.team_id) if body.team_id else None,
        components=tuple(map(component_of, body.components)),
        actor=change.actor,
        at=change.at,
    )
    stream = AGGREGATE.stream(status_page_id)
    return await change.receipt(status_page_decider, stream, command)


@router.delete(PAGE, dependencies=WRITE, response_model=Receipt)
async def remove_status_page(
    status_page_id: Name, change: TheConfigurationChange, _: NoBody = None
) -> Response:
    """Take a status page down: its address answers that there is none."""
    command = RemoveStatusPage(
        status_page_id=StatusPageId(status_page_id), actor=change.actor, at=change.at
    )
    stream = AGGREGATE.stream(status_page_id)
    return await change.receipt(status_page_decider, stream, command)


def component_of(body: ComponentBody) -> Component:
    """Return the component that a body asks for."""
    return Component(
        component_id=body.component_id,
        name=body.name,
        description=body.description,
        group=body.group,
        service_ids=tuple(map(ServiceId, body.service_ids)),
    )
