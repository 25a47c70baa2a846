"""HTML of a tree: one file with its style in it, no script, and nothing to load from elsewhere."""

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from services.export.chapters import Chapter
from services.export.tree import VOID, Element, Node

STYLE: Final = Path(__file__).with_name("style.css")
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
FRAMES: Final = {
    "facts": ('<div class="facts">', "</div>"),
    # A wide table is moved aside by itself, not with the page.
    "table": ('<div class="wide" tabindex="0"><table>', "</table></div>"),
}
PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def html_of(chapters: tuple[Chapter, ...]) -> str:
    """Return the document as a page."""
    return PAGE.format(
        policy=POLICY, title=escape(chapters[0].heading), style=style(), body=_body(chapters)
    )


@cache
def style() -> str:
    """Return the style sheet, which is ours."""
    return STYLE.read_text("utf-8")


def shown(nodes: Iterable[Node]) -> str:
    """Return nodes as HTML, to stand in a page."""
    return "".join(map(_written, nodes))


def _body(chapters: Iterable[Chapter]) -> str:
    return "".join(
        f"<h{one.level}>{escape(one.heading)}</h{one.level}>\n"
        + "".join(f"{_written(block)}\n" for block in one.blocks)
        for one in chapters
    )


def _written(node: Node) -> str:
    if isinstance(node, str):
        return escape(node, quote=False)
    if node.tag in VOID:
        return f"<{node.tag}>"
    inner = "".join(map(_written, node.children))
    begin, end = FRAMES.get(node.tag, (f"<{node.tag}>", f"</{node.tag}>"))
    if node.tag == "a":
        return _link(node, inner)
    if node.tag == "ol" and node.start != 1:
        begin = f'<ol start="{node.start}">'
    return f"{begin}{inner}{end}"


def _link(node: Element, inner: str) -> str:
    if node.href is None:
        return inner
    return f'<a href="{escape(node.href)}" rel="noopener noreferrer nofollow">{inner}</a>'
