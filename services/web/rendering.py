"""Rendering: a template and its facts, whole or one region of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from services.web.words import counted, lasted, phases, severity

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
DIGITS: Final = 10  # of a file's hash in its address
EDITION: Final = "edition-"  # of all scripts, in front of their names


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Screen: what a page shows, and the regions of it that are kept up to date."""

    template: str
    title: str
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    regions: tuple[str, ...] = ()  # of `regions/<name>.html`; none: it does not change by itself
    about: UUID | None = None  # the incident that alone changes the regions; None: anything may
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Templates(Environment):
    """Templates, whose facts are documents first: a key of theirs is found at the first look."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what a template names of something."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def environment() -> Environment:
    """Return the templates. A name that a page did not give is an error, not an empty place."""
    made = Templates(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    drawn = {"drawn_phases": phases, "drawn_severity": severity}
    made.globals |= {"asset": asset, "scripts": scripts, "counted": counted, **drawn}
    made.filters |= {"lasted": lasted}
    return made


def whole(screen: Screen, beside: Mapping[str, Any]) -> HTMLResponse:
    """Return the whole page."""
    text = (
        environment()
        .get_template(screen.template)
        .render({**beside, **screen.facts, "title": screen.title, "regions": screen.regions})
    )
    return HTMLResponse(text, status_code=screen.status, headers=dict(screen.headers))


def region(screen: Screen, name: str, beside: Mapping[str, Any]) -> str:
    """Return one region of the page, as the whole page has it."""
    template = environment().get_template(f"regions/{name}.html")
    return template.render({**beside, **screen.facts})


@cache
def asset(name: str) -> str:
    """Return the address of a file that browsers may keep: a changed file has another one."""
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:DIGITS]}"


@cache
def scripts() -> tuple[str, ...]:
    """Return the addresses of our scripts, the one that loads the others first.

    They name each other by relative addresses, so what tells a changed one is in front of them.
    """
    files = sorted((STATIC / "js").glob("*.js"), key=lambda one: (one.stem != "app", one.stem))
    whole = sha256(b"\0".join(one.read_bytes() for one in files)).hexdigest()
    return tuple(f"/static/{EDITION}{whole[:DIGITS]}/js/{one.name}" for one in files)
