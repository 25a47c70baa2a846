"""Serving of public pages: from their files alone, whatever is away besides."""

import gzip
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.status_page.files import StatusDirectory

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
}
HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",  # here and nowhere else: everybody may read this anyway
    "Cache-Control": "public, max-age=30, stale-if-error=86400",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}
NOT_HERE: Final = (
    b'<!doctype html><html lang="en"><meta charset="utf-8"><title>Not here</title>'
    b"<h1>There is no such status page</h1><p>Check the address.</p></html>"
)
_PATH: Final = re.compile(
    r"|history|incidents/[0-9a-f-]{36}|status\.css|history\.atom"
    r"|api/v2/(summary|status|components|incidents|incidents/unresolved)\.json",
    re.ASCII,
)


def create_status(root: Path | None) -> Starlette:
    """Return the application that serves the pages in a directory; None: there are none."""
    app = Starlette(
        routes=[
            Route("/s/{page}", show, methods=["GET"]),
            Route("/s/{page}/{path:path}", show, methods=["GET"]),
        ],
        exception_handlers={404: _missing, 405: _missing},
    )
    app.state.directory = StatusDirectory(root) if root else None
    return app


async def show(request: Request) -> Response:
    """Answer with a file of a page."""
    directory: StatusDirectory | None = request.app.state.directory
    path = request.path_params.get("path", "").rstrip("/")
    found = (
        directory and _PATH.fullmatch(path) and directory.file(request.path_params["page"], path)
    )
    if not found:
        return _not_here()
    if not found.suffix or path.startswith("incidents/") or not path:
        found /= "index.html"
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    try:
        content, tag = await run_in_threadpool(_read, found, packed=packed)
    except OSError:  # it is not there, or no directory
        return _not_here()
    headers = HEADERS | {"ETag": tag, "Content-Type": TYPES[found.suffix]}
    if packed:
        headers["Content-Encoding"] = "gzip"
    known = request.headers.get("If-None-Match", "")
    if known == "*" or tag in [one.strip().removeprefix("W/") for one in known.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers)


def _read(path: Path, *, packed: bool) -> tuple[bytes, str]:
    return _held(path, path.stat().st_mtime_ns, packed=packed)


@lru_cache(maxsize=256)
def _held(path: Path, _changed: int, *, packed: bool) -> tuple[bytes, str]:
    content = path.read_bytes()
    digest = sha256(content).hexdigest()[:32]
    if not packed:
        return content, f'"{digest}"'
    return gzip.compress(content, mtime=0), f'"{digest}-gz"'


async def _missing(_request: Request, _fault: Exception) -> Response:
    return _not_here()


def _not_here() -> Response:
    return Response(NOT_HERE, status_code=404, headers=HEADERS, media_type="text/html")
