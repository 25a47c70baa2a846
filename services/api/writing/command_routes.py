"""Command routes: a table says which command stands at which path of an incident."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, Signature
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Response

from events.references import references
from services.access.permissions import Permission
from services.api.http.formats import Strict
from services.api.http.guard import api_router, requires
from services.api.writing.command_bodies import asked_of, body_of
from services.api.writing.commands import HttpIncidentCommands, TheCommands
from services.api.writing.receipts import Pending, Receipt
from services.commanding.attempt import command_name
from services.commanding.incident_commands import IncidentCommands
from services.commanding.named import require_named

INCIDENT: Final = "/v1/incidents/{incident_id}"
COMMAND: Final[dict[str, Any]] = {
    "response_model": Receipt,
    "responses": {202: {"model": Pending, "description": "Kept: it will be carried out."}},
    "dependencies": [requires(Permission.INCIDENT_COMMAND)],
}
_IN_PATH: Final = re.compile(r"\{(\w+)\}")

type Fill = Callable[[IncidentCommands], Awaitable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """A command at its path; what its dataclass asks for and no path says is the body."""

    method: str
    path: str  # below the incident's
    command: Any  # its dataclass: the docstring describes it, `events.values.inputs` checks it
    example: Mapping[str, object] = field(default_factory=dict)
    fill: Fill | None = None  # for what the command derives from elsewhere


def post(path: str, command: type, fill: Fill | None = None, **example: object) -> CommandRoute:
    """Return a route that does something, with the members of an exemplary body."""
    return CommandRoute("POST", path, command, example, fill)


def delete(path: str, command: type, **example: object) -> CommandRoute:
    """Return a route that takes something back, with the members of an exemplary body."""
    return CommandRoute("DELETE", path, command, example)


def command_router(tag: str, routes: Iterable[CommandRoute]) -> APIRouter:
    """Return the router of a group of commands."""
    router = api_router(tag)
    for one in routes:
        router.add_api_route(
            f"{INCIDENT}/{one.path}",
            _endpoint(one),
            methods=[one.method],
            name=command_name(one.command),
            **COMMAND,
        )
    return router


def _endpoint(route: CommandRoute) -> Callable[..., Awaitable[Response]]:
    asked = asked_of(route.command)
    in_path = _IN_PATH.findall(route.path)
    in_body = [name for name in asked if name not in in_path]
    body = body_of(route.command, in_body, route.example)

    async def give(
        commands: HttpIncidentCommands, body: Strict | None = None, **in_path: object
    ) -> Response:
        in_request = {name: getattr(body, name) for name in in_body} if body else {}
        derived = await route.fill(commands) if route.fill else {}
        command = route.command(
            **in_path, **in_request, **derived, actor=commands.actor, at=commands.at
        )
        named = references(command, commands.stream)
        await require_named(commands.dependencies.log, named, among=in_body)
        return await commands.give(command)

    may_be_left_out = not any(one.is_required() for one in body.model_fields.values())
    give.__doc__ = route.command.__doc__
    give.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            _parameter("commands", TheCommands),
            *(_parameter(name, Annotated[asked[name], Path()]) for name in in_path),
            _parameter("body", Annotated[body | None, Body()], None)
            if may_be_left_out
            else _parameter("body", body),
        ]
    )
    return give


def _parameter(name: str, annotation: Any, default: Any = Parameter.empty) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
