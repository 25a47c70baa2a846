"""Web application: every page behind one frame, and the files that browsers keep."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from services.modules import modules_with
from services.web import pages
from services.web.frame import Frame
from services.web.live.live import Live
from services.web.outside import no_page
from services.web.page import OpenRoute, SignedInRoute, Web
from services.web.rendering import EDITION, STATIC, scripts

KEPT: Final = "public, max-age=31536000, immutable"  # a changed file has another address


class Files(StaticFiles):
    """Files: style, script and icons, which hold nothing of anybody."""

    async def get_response(self, path: str, scope: Scope) -> object:  # type: ignore[override]
        """Return a file that the browser may keep."""
        first, _, rest = path.partition("/")
        is_edition = first.startswith(EDITION)
        answer = await super().get_response(rest if is_edition else path, scope)
        is_newest = f"/static/{path}" in scripts()  # an old page may ask for what it was made with
        has_hash = is_newest if is_edition else bool(scope.get("query_string"))
        if has_hash:
            answer.headers["Cache-Control"] = KEPT
        return answer


def create_web(web: Web, live: Live) -> Starlette:
    """Return the application whose pages stand on the API."""
    app = Starlette(
        routes=list(routes()),
        middleware=[Middleware(Frame)],
        exception_handlers={404: no_page, 405: no_page},
    )
    app.state.web = web
    app.state.live = live
    return app


def routes() -> Iterator[SignedInRoute | OpenRoute | Mount]:
    """Yield the route of every page, and those of the files.

    Raises: TypeError (a page that does not say who may go there).
    """
    for module in screens():
        for route in module.ROUTES:
            if not isinstance(route, SignedInRoute | OpenRoute):
                raise TypeError(f"{route.path}: make it by page() or action(), or say why not")
            yield route
    yield Mount("/static", Files(directory=STATIC), name="static")


def screens() -> Iterator[ModuleType]:
    """Yield the modules of every screen, by package and name."""
    for package in (pages, *packages_in(pages)):
        yield from modules_with("ROUTES", package)


def packages_in(package: ModuleType) -> Iterator[ModuleType]:
    """Yield the packages of pages below this one, by name."""
    for found in iter_modules(package.__path__, f"{package.__name__}."):
        if found.ispkg:
            below = import_module(found.name)
            yield below
            yield from packages_in(below)


def first_words() -> frozenset[str]:
    """Return what the addresses of pages begin with: everything else is the API's."""
    return frozenset(route.path.split("/")[1] for route in routes())
