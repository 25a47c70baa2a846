"""Installing: what a browser needs to keep Tocsin as an app: its manifest, and its worker."""

from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from services.web.page import OpenRoute
from services.web.rendering import STATIC, asset

MANIFEST: Final = "/manifest.webmanifest"
WORKER: Final = "/worker.js"  # at the root: it may then look after every page
NOTHING_OF_ANYBODY: Final = "a browser fetches it without saying who asks; it holds nothing"
ASKED_EACH_TIME: Final = {"Cache-Control": "no-cache"}
ICONS: Final = (
    ("icons/icon-192.png", "192x192", "any"),
    ("icons/icon-512.png", "512x512", "any"),
    ("icons/maskable-512.png", "512x512", "maskable"),
)


async def manifest(_request: Request) -> Response:
    """Say what the app is called, how it looks, and where it begins."""
    icons = [
        {"src": asset(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes, purpose in ICONS
    ]
    content = {
        "id": "/",
        "name": "Tocsin",
        "short_name": "Tocsin",
        "description": "Incidents and on-call: who has it, what is late, what was tried.",
        "lang": "en",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#0e1013",
        "theme_color": "#1f5fa8",
        "icons": icons,
    }
    media_type = "application/manifest+json"
    return JSONResponse(content, headers=ASKED_EACH_TIME, media_type=media_type)


async def worker(_request: Request) -> Response:
    """Return the script that takes what is pushed, and says when there is no connection."""
    return FileResponse(STATIC / "worker.js", headers=ASKED_EACH_TIME, media_type="text/javascript")


ROUTES = (
    OpenRoute(MANIFEST, manifest, methods=["GET"], why=NOTHING_OF_ANYBODY),
    OpenRoute(WORKER, worker, methods=["GET"], why=NOTHING_OF_ANYBODY),
)
