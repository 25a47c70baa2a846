"""Request middleware: an id, a deadline, a line in the log, and safe headers on the answer."""

import asyncio
import re
import time
from typing import Any, Final
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.http.cuts import HEADER as CUT
from services.api.http.cuts import cuts_noted
from services.api.http.headway import DEADLINE_SECONDS
from services.api.problems.table import fault_of, internal_error

REQUEST_ID: Final = "X-Request-Id"
SANDBOX: Final = "Tocsin-Sandbox"  # on answers from a log that was simulated
SAFE_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
_SAFE: Final = [(name.lower().encode(), value.encode()) for name, value in SAFE_HEADERS.items()]
_GIVEN_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")

log = structlog.get_logger(__name__)


class Envelope:
    """Request middleware: the outermost layer, so that it also sees what no route saw."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, come what may."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        state: dict[str, Any] = scope.setdefault("state", {})
        answer = _Answer(send, _request_id(scope), state)
        state["request_id"] = answer.request_id
        with (
            structlog.contextvars.bound_contextvars(request_id=answer.request_id),
            cuts_noted() as answer.cuts,
        ):
            await self._answered(scope, receive, answer)
            route = scope.get("route")
            log.info(
                "request_handled",
                method=scope["method"],
                route=getattr(route, "path", None),  # never the path: it may hold a key
                status=answer.status,
                seconds=round(time.perf_counter() - started, 4),
                principal=state.get("principal"),
                fault=state.get("fault"),
            )

    async def _answered(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        request = Request(scope)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS) as deadline:
                answer.deadline = deadline
                request.state.deadline = deadline
                await self._app(scope, receive, answer.send)
        except TimeoutError as fault:
            if answer.status is None:
                request.state.fault = "deadline"
                await fault_of(request, fault)(scope, receive, answer.send)
        except Exception:
            log.exception("request_failed")
            if answer.status is None:
                await internal_error(request)(scope, receive, answer.send)


class _Answer:
    def __init__(self, send: Send, request_id: str, state: dict[str, Any]) -> None:
        self.status: int | None = None
        self.request_id = request_id
        self.deadline: asyncio.Timeout | None = None
        self.cuts: list[str] = []
        self._state = state
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.deadline is not None and self._state.get("streams"):
                self.deadline.reschedule(None)  # each of its reads has a limit of its own
            headers = MutableHeaders(scope=message)
            headers[REQUEST_ID] = self.request_id
            if self._state.get("simulated"):
                headers[SANDBOX] = "simulated"
            if self.cuts:
                headers[CUT] = "; ".join(self.cuts)
            said = {name for name, _ in headers.raw}
            headers.raw.extend(one for one in _SAFE if one[0] not in said)
        await self._send(message)


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(REQUEST_ID, "")
    return given if _GIVEN_ID.fullmatch(given) else uuid4().hex
