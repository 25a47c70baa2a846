"""OpenAPI document: what FastAPI knows of the operations, and what every one has in common."""

from http import HTTPStatus
from typing import Any, Final, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from services.access.callers import RESPONDER_HEADER
from services.access.permissions import RIGHTS, SCOPES, Permission
from services.api.http.authentication import VIA_HEADER, VIAS
from services.api.http.guard import Public, Requires, operations
from services.api.problems.table import (
    FAULT_TITLES,
    FAULTS,
    WORDED,
    Problem,
    every_refusal,
    slug_of,
    status_of,
    title_of,
)
from services.api.tags import TAGS

DESCRIPTION: Final = """\
Commands in, projections out. A command answers with its `position` in the log; a read with
`after_position` sees at least that. A 2xx to a write means that the fact is stored; 202 means that
the command is kept and its outcome will be at `/v1/commands/{command_id}`.
Send an `Idempotency-Key` with every write, and a retry after a 503, or no answer, is safe.
What was taken and not kept whole is named in the answer's header `Tocsin-Cut`, for instance
`a time was cut to microseconds`.
Where the log was simulated, every answer to a good key has the header `Tocsin-Sandbox`.
"""

# What may be answered, by what an operation has.
EVERY: Final = (
    HTTPStatus.BAD_REQUEST,  # a body where none is taken
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
GUARDED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
PARAMETERS: Final = (HTTPStatus.UNPROCESSABLE_ENTITY,)
IN_PATH: Final = (HTTPStatus.NOT_FOUND,)
BODY: Final = (
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
WRITE: Final = (HTTPStatus.CONFLICT,)
CONDITIONAL: Final = (HTTPStatus.PRECONDITION_FAILED,)

PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 says it. Refusals add members of their own.",
    "type": "object",
    "required": ["type", "title", "status", "instance", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Explained at this address."},
        "title": {"type": "string", "description": "The same for every occurrence."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "This occurrence."},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "For programs: the anchor of `type`."},
        "request_id": {"type": "string", "description": "The same as in the server's log."},
        "errors": {
            "type": "array",
            "description": "What is wrong with the request, field by field.",
            "items": {
                "type": "object",
                "required": ["field", "reason"],
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
        "allowed": {
            "type": "array",
            "description": "What may be done instead.",
            "items": {"type": "string"},
        },
    },
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the app's OpenAPI document."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
    )
    for route, mark in operations(app.router.routes):
        if route.include_in_schema:
            for method in sorted(route.methods or ()):
                operation = document["paths"][route.path_format][method.lower()]
                _complete(operation, route, mark)
                _show_example(operation, document["components"]["schemas"])
    components = document["components"]
    _lift(document["paths"], components["schemas"])
    components["schemas"]["Problem"] = PROBLEM
    components["schemas"] = {
        name: schema
        for name, schema in sorted(components["schemas"].items())
        if name not in ("HTTPValidationError", "ValidationError")
    }
    components["securitySchemes"] = {"ApiKey": {"type": "http", "scheme": "bearer"}}
    components["responses"] = {
        f"Problem{status.value}": _problem_response(status) for status in sorted(_statuses())
    }
    return cast("dict[str, Any]", _with_generics_inside(document, components["schemas"]))


def _with_generics_inside(value: Any, schemas: dict[str, Any]) -> Any:
    """Return the document without names that Python makes up, such as Several_Name_."""
    if isinstance(value, list):
        return [_with_generics_inside(one, schemas) for one in value]
    if not isinstance(value, dict):
        return value
    name = str(value.get("$ref", "")).rpartition("/")[2]
    if _is_generic(name):
        value = {**schemas[name], **{key: one for key, one in value.items() if key != "$ref"}}
    return {
        key: _with_generics_inside(one, schemas)
        for key, one in value.items()
        if not _is_generic(key)
    }


def _is_generic(name: str) -> bool:
    return name.endswith("_")


def _lift(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Move the models of bodies that their routes read themselves to the document's others.

    Raises: ValueError.
    """
    for operation in (one for methods in paths.values() for one in methods.values()):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            for name, schema in content["schema"].pop("$defs", {}).items():
                if schemas.setdefault(name, schema) != schema:
                    raise ValueError(f"Two models are called {name}: give one another name.")


def _complete(operation: dict[str, Any], route: APIRoute, mark: Requires | Public | None) -> None:
    statuses = set(EVERY)
    parameters = {(one["in"], one["name"]) for one in operation.get("parameters", [])}
    if parameters:
        statuses |= {*PARAMETERS}
    if any(place == "path" for place, _ in parameters):
        statuses |= {*IN_PATH}
    if "requestBody" in operation:
        statuses |= {*BODY}
    if route.methods != {"GET"}:
        statuses |= {*WRITE}
    if ("header", "if-match") in parameters:
        statuses |= {*CONDITIONAL}
    if "{key}" in route.path:
        statuses |= {HTTPStatus.UNAUTHORIZED}
    operation["summary"] = route.summary or _in_words(route.name)
    if isinstance(mark, Requires):
        statuses |= {*GUARDED, *PARAMETERS}
        operation["description"] += f"\n\nScopes: {_scopes_with(mark.permission)}."
        operation["security"] = [{"ApiKey": []}]
        operation["x-permission"] = mark.permission.value
        operation.setdefault("parameters", []).append(_RESPONDER)
        if route.methods != {"GET"}:
            operation["parameters"].append(_VIA)
    operation["responses"].pop("422", None)
    for status in sorted(statuses | _as_the_original(operation)):
        refusal = {"$ref": f"#/components/responses/Problem{status.value}"}
        operation["responses"].setdefault(
            str(status.value), _worded(status) if WORDED in operation else refusal
        )


def _as_the_original(operation: dict[str, Any]) -> set[HTTPStatus]:
    """Return with what an operation may refuse that words refusals as another product does."""
    return {*GUARDED, *IN_PATH, *BODY} if WORDED in operation else set()


def _worded(status: HTTPStatus) -> dict[str, Any]:
    """Return a refusal in the words of another product, or in ours where nobody read so far."""
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    content = {"application/json": {"schema": {"type": "object"}}, Problem.media_type: problem}
    return {"description": f"{status.phrase}, as the original words it.", "content": content}


def _in_words(name: str) -> str:
    """Return an operation's name as people read it: List API keys."""
    words = name.replace("_", " ").replace("api ", "API ")
    return words[:1].upper() + words[1:]


def _scopes_with(permission: Permission) -> str:
    """Return which scopes of an API key carry a permission."""
    scopes = ", ".join(f"`{scope}`" for scope, carried in SCOPES.items() if permission in carried)
    relation = RIGHTS[permission].to_responder
    return scopes if relation is None else f"{scopes}; a responder only as {relation}"


def _show_example(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Put the example of a body's model where every reader of the document looks for it."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = content.get("schema", {})
    for one in (schema, *schema.get("anyOf", ())):
        model = schemas.get(one.get("$ref", "").rpartition("/")[2], {})
        for example in model.get("examples", ()):
            content["example"] = example


_RESPONDER: Final = {
    "name": RESPONDER_HEADER,
    "in": "header",
    "required": False,
    "description": "Whom a key that belongs to nobody speaks for.",
    "schema": {"type": "string", "pattern": r"^[a-z0-9][a-z0-9._-]{0,62}$"},
    "example": "ada",
}


_VIA: Final = {
    "name": VIA_HEADER,
    "in": "header",
    "required": False,
    "description": "Through what the caller acts; the timeline shows it.",
    "schema": {"type": "string", "enum": list(VIAS)},
}


def _statuses() -> set[HTTPStatus]:
    return {*EVERY, *GUARDED, *PARAMETERS, *IN_PATH, *BODY, *WRITE, *CONDITIONAL}


def _problem_response(status: HTTPStatus) -> dict[str, Any]:
    known: dict[str, str] = {
        slug_of(kind): title_of(kind) for kind in every_refusal() if status_of(kind) is status
    } | {slug: FAULT_TITLES[slug] for mapped, slug in FAULTS.values() if mapped is status}
    examples = {
        slug: {
            "value": {
                "type": f"http://localhost:8080/problems#{slug}",
                "title": title,
                "status": status.value,
                "instance": "/v1/incidents",
                "code": slug,
                "request_id": "6b1f0a2c9e5d4d0b8f1c2a3b4c5d6e7f",
            }
        }
        for slug, title in known.items()
    }
    return {
        "description": status.phrase,
        "content": {
            Problem.media_type: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": examples,
            }
        },
    }
