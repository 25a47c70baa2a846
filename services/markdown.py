"""Markdown: what people wrote, as HTML that is safe to show: rendered, then cleaned.

Twice, because either library may have a bad day: comrak shows HTML as text and links to nothing
that runs code; nh3 lets only the elements below out. Pictures are left out, since loading one tells
somebody else's server who reads.

Off the event loop, and in bounded time: both libraries let go of the interpreter while they work,
comrak takes time in proportion to the text, and nh3 is not shown what is nested deeper or has grown
longer than a person could mean. Such a text is shown as it was written.
"""

import asyncio
import re
from collections import deque
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from html import escape
from typing import Final

import nh3
import structlog
from comrak import ExtensionOptions, RenderOptions, render_markdown

ELEMENTS: Final = frozenset(
    {"a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li"}
    | {"ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES: Final = {"http", "https", "mailto"}
LONGEST: Final = 16_000  # characters; a text is shorter by the rules of the API
LONGEST_HTML: Final = 64_000  # characters: eight times the longest text
DEEPEST: Final = 50  # elements in each other; nh3 takes time in proportion to the square of it
RENDER_SECONDS: Final = 1.0  # for all texts of one answer
REMEMBERED: Final = 512  # texts

_NEVER_CLOSED: Final = frozenset({"br", "hr", "img"})
_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)")  # no other "<" is left by `escape`
log = structlog.get_logger(__name__)
_threads: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="markdown")


def _extensions() -> ExtensionOptions:
    options = ExtensionOptions()
    options.table = options.strikethrough = True
    return options


def _escaping() -> RenderOptions:
    options = RenderOptions()
    options.escape = True
    return options


_EXTENSIONS: Final = _extensions()
_ESCAPING: Final = _escaping()


async def rendered(
    texts: Collection[str], *, within_seconds: float = RENDER_SECONDS
) -> dict[str, str]:
    """Return each text as HTML; escaped if its turn did not come in time."""
    html: dict[str, str] = {}
    wanted = deque(dict.fromkeys(texts))
    try:
        async with asyncio.timeout(within_seconds):
            await asyncio.get_running_loop().run_in_executor(_threads, _render, wanted, html)
    except TimeoutError:
        log.warning("markdown_not_rendered", texts=len(texts), after_seconds=within_seconds)
    finally:
        wanted.clear()  # the thread need not go on
    return {text: html.get(text) or escaped(text) for text in texts}


def _render(wanted: deque[str], html: dict[str, str]) -> None:
    with suppress(IndexError):  # until there is none left
        while True:
            text = wanted.popleft()
            try:
                html[text] = as_html(text)
            except BaseException:  # a panic in Rust is no Exception
                log.exception("markdown_not_rendered", texts=1)


@lru_cache(maxsize=REMEMBERED)
def as_html(text: str) -> str:
    """Return the text as HTML without scripts, styles, pictures, forms and frames."""
    # UTF-8 knows no half of a character; a text out of the log may hold one.
    clear = text[:LONGEST].encode("utf-8", "replace").decode()
    html = render_markdown(clear, extension_options=_EXTENSIONS, render_options=_ESCAPING)
    if len(html) > LONGEST_HTML or depth_of(html) > DEEPEST:
        return escaped(text)
    return nh3.clean(
        html,
        tags=set(ELEMENTS),
        attributes={element: set(names) for element, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )


def depth_of(html: str) -> int:
    """Return how many elements are in each other at the deepest place."""
    deepest = depth = 0
    for closing, element in _TAG.findall(html):
        if element not in _NEVER_CLOSED:
            depth += -1 if closing else 1
            deepest = max(deepest, depth)
    return deepest


def escaped(text: str) -> str:
    """Return the text as a paragraph that shows it letter by letter."""
    return f"<p>{escape(text[:LONGEST], quote=False)}</p>\n"
