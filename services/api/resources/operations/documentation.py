"""API documentation: the OpenAPI document, a page to try it, and every problem."""

from enum import StrEnum
from pathlib import Path
from typing import Final

import fastapi_offline
from fastapi import Response
from fastapi.responses import FileResponse, HTMLResponse

from services.api.http.guard import api_router, public
from services.api.problems.pages import as_html

router = api_router("operations")

DOCUMENT: Final = Path(__file__).parents[4] / "docs" / "openapi.json"
FOLDER: Final = Path(fastapi_offline.__file__).parent / "static"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Tocsin API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
"""
START: Final = """\
SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true});
"""


class Asset(StrEnum):
    """What the page needs, from this very server."""

    SCRIPT = "swagger-ui-bundle.js"
    STYLE = "swagger-ui.css"


@router.get(
    "/openapi.json", include_in_schema=False, dependencies=[public("the document holds no secret")]
)
async def openapi() -> FileResponse:
    """Show the OpenAPI document, as `make openapi` wrote it.

    To make it takes seconds of processor time, in which every other request waits.
    """
    return FileResponse(DOCUMENT, media_type="application/json")


@router.get("/docs", include_in_schema=False, dependencies=[public("the page holds no secret")])
async def page() -> HTMLResponse:
    """Show the page on which the API can be tried."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


@router.get("/docs/start.js", include_in_schema=False, dependencies=[public("a part of the page")])
async def start() -> Response:
    """Start the page; a script of its own, so that no page may hold one."""
    return Response(START, media_type="text/javascript")


@router.get("/docs/{asset}", include_in_schema=False, dependencies=[public("a part of the page")])
async def asset(asset: Asset) -> FileResponse:
    """Give the page its parts."""
    return FileResponse(FOLDER / asset.value, headers={"Cache-Control": "max-age=86400"})


@router.get(
    "/problems", include_in_schema=False, dependencies=[public("refusals of public operations")]
)
async def problems() -> HTMLResponse:
    """Explain every problem; each `type` leads here."""
    return HTMLResponse(as_html())
