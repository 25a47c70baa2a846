"""Contract tap: every exchange of a client with a fake, held against the vendor's description.

It fails on what the vendor does not describe, whoever says it: our client, or our fake. A test
hangs a `Tap` into a fake's line, or puts a `TapTransport` under an httpx client.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.house.tree import ROOT

FORM: Final = "application/x-www-form-urlencoded"
KEPT: Final = Path(__file__).parent / "descriptions"
VENDORS: Final = ROOT.parent / "shared" / "data" / "vendors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer; the path is what comes behind the vendor's host."""

    method: str
    target: str  # path and query
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer_body: bytes


class Undescribed(AssertionError):
    """Something was said that the vendor's description does not have."""


@dataclass(slots=True)
class Tap:
    """Checks exchanges against one vendor's description, and counts them by operation."""

    vendor: str  # name of the file: twilio
    site: str  # the vendor's own address, which the description is about
    refusals_described: bool = True  # false: the vendor describes only answers of success
    checked: list[str] = field(default_factory=list)

    def check(self, exchange: Exchange) -> None:
        """Return if the vendor describes both sides of the exchange.

        Raises: Undescribed.
        """
        request, description = _Request(self.site, exchange), description_of(self.vendor)
        named = f"{exchange.method} {urlsplit(exchange.target).path}"
        if unknown := _unknown_names(self.vendor, exchange):
            raise Undescribed(f"our request {named}: nobody describes {', '.join(unknown)}")
        try:
            description.validate_request(request)
        except OpenAPIError as fault:
            raise Undescribed(f"our request {named}: {_why(fault)}") from fault
        self.checked.append(f"{named} {exchange.status}")
        if exchange.status >= httpx.codes.BAD_REQUEST and not self.refusals_described:
            return
        try:
            description.validate_response(request, _Answer(exchange))
        except OpenAPIError as fault:
            raise Undescribed(f"the fake's {exchange.status} to {named}: {_why(fault)}") from fault


class TapTransport(httpx.AsyncBaseTransport):
    """HTTP transport that has every exchange checked: `TapTransport(ASGITransport(fake), tap)`."""

    def __init__(self, behind: httpx.AsyncBaseTransport, tap: Tap) -> None:
        self._behind = behind
        self._tap = tap

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, and check it with its answer."""
        body = await request.aread()
        response = await self._behind.handle_async_request(request)
        answer = await response.aread()
        self._tap.check(
            Exchange(
                method=request.method,
                target=request.url.raw_path.decode(),
                request_headers=dict(request.headers),
                request_body=body,
                status=response.status_code,
                answer_headers=dict(response.headers),
                answer_body=answer,
            )
        )
        return response


def path_of(vendor: str) -> Path:
    """Return where a vendor's description is: what its licence lets us keep is kept here."""
    kept = KEPT / f"{vendor}.openapi.json"
    return kept if kept.is_file() else VENDORS / f"{vendor}.openapi.json"


@cache
def description_of(vendor: str) -> OpenAPI:
    """Return the vendor's description; reading one takes up to a second.

    Raises: FileNotFoundError.
    """
    path = path_of(vendor)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: contracts are checked where it is")
    return OpenAPI.from_file_path(
        str(path), config=Config(additional_properties_default_policy="forbid")
    )


def _unknown_names(vendor: str, exchange: Exchange) -> list[str]:
    """Return fields of a form, and parameters of a query, that the vendor does not describe.

    openapi-core passes them over, also where it is strict with JSON.
    """
    url = urlsplit(exchange.target)
    operation = _operation(vendor, exchange.method, url.path)
    described = [_resolved(vendor, one) for one in operation.get("parameters", ())]
    parameters = {one["name"] for one in described if one["in"] == "query"}
    asked = {name.removesuffix("[]") for name, _ in parse_qsl(url.query, keep_blank_values=True)}
    content = operation.get("requestBody", {}).get("content", {})
    form = content.get(FORM, {}).get("schema", {}).get("properties")
    sent = set[str]()
    if form is not None and exchange.request_headers.get("content-type", "").startswith(FORM):
        body = exchange.request_body.decode()
        sent = {name for name, _ in parse_qsl(body, keep_blank_values=True)}
    return sorted((asked - parameters) | (sent - set(form or ())))


def _operation(vendor: str, method: str, path: str) -> dict[str, Any]:
    """Return the operation as the file has it, an empty one where there is none."""
    document = _document(vendor)
    paths: dict[str, Any] = document["paths"]
    before = urlsplit(document.get("servers", [{"url": ""}])[0]["url"]).path.rstrip("/")
    path = path.removeprefix(before)
    for template, operations in paths.items():
        if re.fullmatch(re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(template)), path):
            return dict(operations.get(method.lower(), {}))
    return {}


def _resolved(vendor: str, one: dict[str, Any]) -> dict[str, Any]:
    """Return what is described in place, or at another place of the file."""
    while "$ref" in one:
        found: Any = _document(vendor)
        for name in str(one["$ref"]).removeprefix("#/").split("/"):
            found = found[name]
        one = dict(found)
    return one


@cache
def _document(vendor: str) -> dict[str, Any]:
    path = path_of(vendor)
    return dict(json.loads(path.read_text(encoding="utf-8")))


class _Request:
    """An exchange's request, as openapi-core asks for one."""

    def __init__(self, site: str, exchange: Exchange) -> None:
        url = urlsplit(exchange.target)
        headers = Headers(dict(exchange.request_headers))
        self.host_url = site
        self.path = url.path
        self.method = exchange.method.lower()
        self.content_type = headers.get("content-type", "").split(";")[0]
        self.body = exchange.request_body or None
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(url.query, keep_blank_values=True)),
            header=headers,
            cookie=ImmutableMultiDict(),
            path={},
        )


class _Answer:
    """An exchange's answer, as openapi-core asks for one."""

    def __init__(self, exchange: Exchange) -> None:
        self.status_code = exchange.status
        self.headers = Headers(dict(exchange.answer_headers))
        self.content_type = self.headers.get("content-type", "").split(";")[0]
        self.data = exchange.answer_body


def _why(fault: OpenAPIError) -> str:
    cause: Any = fault.__cause__
    details = getattr(cause, "schema_errors", None) or ()
    said = [getattr(one, "message", str(one)) for one in details]
    return "; ".join(said) or f"{fault}: {cause or ''}"
