"""Incident links: where to look, and what to follow."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from events.incident.links.commands import AddLink, RemoveLink
from events.values.links import LONGEST, Link, LinkKind
from services.api.http.formats import Choice, Line, Strict
from services.api.http.guard import api_router
from services.api.writing.command_routes import COMMAND, INCIDENT
from services.api.writing.commands import TheCommands

router = api_router("links")

type Url = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class NewLink(
    Strict,
    json_schema_extra={
        "examples": [
            {"kind": "runbook", "title": "Checkout", "url": "https://wiki.example.org/checkout"}
        ]
    },
):
    """One place to look."""

    kind: Choice[LinkKind] = LinkKind.OTHER
    title: Line
    url: Annotated[Url, Field(description="https; a runbook's is in the pages sent from now on.")]


@router.post(f"{INCIDENT}/links", **COMMAND)
async def add_link(commands: TheCommands, body: NewLink) -> Response:
    """Put a link on the incident; an address that is there gets its new title."""
    link = Link(kind=body.kind, title=body.title, url=body.url)
    return await commands.give(AddLink(link=link, actor=commands.actor, at=commands.at))


@router.delete(f"{INCIDENT}/links", **COMMAND)
async def remove_link(commands: TheCommands, url: Annotated[Url, Query()]) -> Response:
    """Take a link away."""
    return await commands.give(RemoveLink(url=url, actor=commands.actor, at=commands.at))
