"""Calls: what a page asks the API, in this process, for whoever is signed in.

A page reads and writes nothing by itself. So no screen can show what the API would not show to the
same person, and no button can do what the API would refuse.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import quote
from uuid import UUID

import msgspec
from httpx import Response
from starlette.types import ASGIApp

from services.access.callers import SESSION, Session
from services.web.in_process.request import Asked, answered
from services.web.multipart import UploadedFile

type Document = dict[str, Any]  # an answer of the API, as its OpenAPI document describes it
AT_ONCE: Final = 4  # reads of one page: a page must not take every connection there is
type Value = str | int | float | bool | list[str] | None


class Refused(Exception):
    """The API refused, or could not answer: the problem as RFC 9457 says it."""

    def __init__(self, problem: Document, retry_after: str | None) -> None:
        super().__init__(str(problem.get("detail", problem.get("title", ""))))
        self.problem = problem
        self.status = int(problem.get("status", 500))
        self.retry_after = retry_after

    @property
    def code(self) -> str:
        """Return the problem's code, such as `not-found`."""
        return str(self.problem.get("code", ""))

    @property
    def words(self) -> str:
        """Return what went wrong in this case."""
        return str(self.problem.get("detail") or self.problem.get("title") or "It was refused.")

    @property
    def fields(self) -> Mapping[str, str]:
        """Return what is wrong with each field of a form, by its name."""
        return {one["field"].rpartition(".")[2]: one["reason"] for one in self.errors}

    @property
    def errors(self) -> list[dict[str, str]]:
        """Return what is wrong, by the place of each field in what was sent."""
        if "errors" not in self.problem and "field" in self.problem:  # a rule that names its field
            return [{"field": str(self.problem["field"]), "reason": self.words}]
        return cast("list[dict[str, str]]", self.problem.get("errors", []))


@dataclass(frozen=True, slots=True)
class Calls:
    """The API in this process, as one signed-in person is answered."""

    app: ASGIApp = field(repr=False)
    session: Session
    request_id: str
    _turns: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(AT_ONCE), repr=False, compare=False
    )

    async def get(self, path: str, /, **query: Value) -> Document:
        """Return what there is to read.

        Raises: Refused.
        """
        return _document(await self._send("GET", path, query))

    async def fetch(self, path: str, /, **query: Value) -> Response:
        """Return an answer that is no JSON, such as a file.

        Raises: Refused.
        """
        answer = await self._send("GET", path, query)
        _require_good(answer)
        return answer

    async def ask(self, path: str, /, body: Document) -> Document:
        """Ask what needs a body, such as a trial of rules; nothing is changed by it.

        Raises: Refused.
        """
        return _document(await self._send("POST", path, body=body))

    async def ask_lines(self, path: str, /, body: Document, **query: Value) -> list[Document]:
        """Ask what is answered line by line, and return every line; nothing is changed by it.

        Raises: Refused.
        """
        answer = await self._send("POST", path, query, body=body)
        _require_good(answer)
        return [msgspec.json.decode(line) for line in answer.content.splitlines() if line]

    async def give(
        self,
        method: str,
        path: str,
        command_id: UUID,
        body: Document | None = None,
        seen: str | None = None,
        query: Mapping[str, Value] | None = None,
    ) -> Document:
        """Give a command and return its receipt; the same id again is the same command.

        With the version that was seen, it is refused if somebody changed the thing meanwhile.
        Raises: Refused.
        """
        headers = {"Idempotency-Key": str(command_id)}
        if seen is not None and seen.isdecimal():
            headers["If-Match"] = f'"{seen}"'
        return _document(await self._send(method, path, query, body=body, more=headers))

    async def send_file(
        self, path: str, command_id: UUID, file: UploadedFile, /, **query: Value
    ) -> Document:
        """Send a file and return its receipt; the same id again is the same file.

        Raises: Refused.
        """
        headers = {"Idempotency-Key": str(command_id), "Content-Type": file.media_type}
        sent = await self._send("POST", path, query, body=file.content, more=headers)
        return _document(sent)

    async def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, Value] | None = None,
        body: Document | bytes | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Response:
        headers = {"Tocsin-Via": "web", "X-Request-Id": self.request_id, **(more or {})}
        asked = Asked(
            method=method,
            path=path,
            query=query or {},
            headers=headers,
            body=body,
            beside={SESSION: self.session},
        )
        async with self._turns:
            return await answered(self.app, asked)


async def or_none(answer: Awaitable[Document]) -> Document | None:
    """Return what there is to read, None where there is nothing, or nothing for this person.

    Raises: Refused.
    """
    try:
        return await answer
    except Refused as refused:
        if refused.status in {403, 404}:
            return None
        raise


def path_of(*parts: str) -> str:
    """Return the path of something in the API, each part quoted."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def _document(answer: Response) -> Document:
    _require_good(answer)
    return cast("Document", msgspec.json.decode(answer.content)) if answer.content else {}


def _require_good(answer: Response) -> None:
    if answer.is_success:
        return
    try:
        problem = cast("Document", msgspec.json.decode(answer.content))
    except msgspec.DecodeError:
        problem = {"title": "The API did not answer.", "status": answer.status_code}
    raise Refused(problem, answer.headers.get("retry-after"))
