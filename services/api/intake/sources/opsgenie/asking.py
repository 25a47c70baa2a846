"""Asking: what a sender asks of an alert that it has sent before."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, cast

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.api.intake.source import JsonReader, OpenApi, Source, any_json, json_body
from services.api.intake.sources.opsgenie.answers import Accepted, Stopwatch, accepted, refused
from services.api.intake.sources.opsgenie.creation import Identifier, Words
from services.api.intake.sources.opsgenie.paths import KEY, below_each
from services.intake.arrival import Arrival, Intake

_IDENTIFIERS: Final = ("id", "alias", "tiny")
_NO_IDENTIFIER: Final = "Identifier type must be one of id, alias and tiny."
IDENTIFIER_TYPE: Final[OpenApi] = {
    "name": "identifierType",
    "in": "query",
    "required": False,
    "description": "By what the alert is named: its id, its alias or its short number.",
    "schema": {"type": "string", "enum": list(_IDENTIFIERS), "default": "id"},
}


class ActionBody(BaseModel):
    """Who asks, and what they note down with it; all of it may be left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    user: Words = ""
    source: Words = ""
    note: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked[Body: BaseModel]:
    """A request about one alert."""

    identifier: str
    kind: Identifier
    body: Body
    at: datetime


def operation[Body: BaseModel](  # noqa: PLR0913 - each says something else about it
    name: str,
    description: str,
    model: type[Body],
    example: OpenApi,
    take: Callable[[Asked[Body], Intake], Awaitable[Stopwatch]],
    *,
    path: str = "",
    methods: tuple[str, ...] = ("POST",),
) -> Source[Asked[Body], Stopwatch]:
    """Return the operation on an alert that is at `/{identifier}/name`, below each base."""
    body = TypeAdapter(model)

    def reader(arrival: Arrival) -> JsonReader[Body, Asked[Body]]:
        return MaybeEmpty(body, lambda said: asked_by(said, arrival))

    return Source(
        name=f"opsgenie-{name}",
        title=f"Opsgenie: {name} an alert",
        description=description,
        parts=any_json,
        reader=reader,
        body={**json_body(body, example), "required": False},
        take=take,
        answer=accepted,
        answers=Accepted,
        status=HTTPStatus.ACCEPTED,
        paths=below_each(path or f"/{{identifier:path}}/{name}"),
        methods=methods,
        key=KEY,
        wording=refused,
        query=(IDENTIFIER_TYPE,),
    )


def in_query[Body: ActionBody](
    name: str,
    description: str,
    model: type[Body],
    take: Callable[[Asked[Body], Intake], Awaitable[Stopwatch]],
) -> Source[Asked[Body], Stopwatch]:
    """Return the operation that takes away what the query names, in a list divided by commas."""
    (listed,) = model.model_fields.keys() - ActionBody.model_fields.keys()

    def said(arrival: Arrival) -> dict[str, Any]:
        query = arrival.query
        texts = [one.strip() for one in query.get(listed, "").split(",")]
        if not any(texts):
            wrong = {"type": "value_error", "loc": ("query", listed), "msg": "Name what to remove."}
            raise RequestValidationError([wrong])
        named = {one: query[one] for one in ActionBody.model_fields if one in query}
        return named | {listed: texts}

    body = TypeAdapter(model)
    path = f"/{{identifier:path}}/{name}"
    return replace(
        operation(f"remove-{name}", description, model, {}, take, path=path, methods=("DELETE",)),
        title=f"Opsgenie: remove {name} of an alert",
        body={},
        reader=lambda arrival: JsonReader(
            body, lambda asked: asked_by(asked, arrival), read=lambda _raw: said(arrival)
        ),
        query=(IDENTIFIER_TYPE, *map(_text_in_query, (listed, *ActionBody.model_fields))),
    )


class MaybeEmpty[Body, Heard](JsonReader[Body, Heard]):
    """Reads a JSON body that may be left out."""

    def finish(self) -> Heard:
        """Return what the body says; an empty one is one without members."""
        if not self.raw.strip():
            self.raw += b"{}"
        return super().finish()


def asked_by[Body: BaseModel](body: Body, arrival: Arrival) -> Asked[Body]:
    """Return what is asked of which alert.

    Raises: RequestValidationError.
    """
    return Asked(
        identifier=arrival.named["identifier"],
        kind=identifier_kind(arrival.query.get("identifierType") or "id"),
        body=body,
        at=arrival.at,
    )


def _text_in_query(name: str) -> OpenApi:
    text = "As Opsgenie's clients fill it in."
    schema = {"type": "string"}
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}


def identifier_kind(text: str) -> Identifier:
    """Return by what an alert is named.

    Raises: RequestValidationError.
    """
    if text not in _IDENTIFIERS:
        wrong = {"type": "value_error", "loc": ("query", "identifierType"), "msg": _NO_IDENTIFIER}
        raise RequestValidationError([wrong])
    return cast("Identifier", text)
