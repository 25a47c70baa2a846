"""Tree of a document: the elements that every format of an export writes, and no others.

What people wrote comes in as HTML that was cleaned, so nothing in a tree runs or spies.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

VOID: Final = frozenset({"br", "hr"})
KNOWN: Final = frozenset(
    {"a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li"}
    | {"ol", "p", "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
SAME_AS: Final = {"s": "del"}

type Node = str | Element


@dataclass(frozen=True, slots=True)
class Element:
    """One element, with what only links and numbered lists have."""

    tag: str
    children: tuple[Node, ...] = ()
    href: str | None = None
    start: int = 1


def element(tag: str, *children: Node) -> Element:
    """Return an element with these children."""
    return Element(tag, children)


def text_of(nodes: tuple[Node, ...]) -> str:
    """Return all text below the nodes."""
    return "".join(_texts(nodes))


def _texts(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
        else:
            yield from _texts(node.children)


def tree_of(clean_html: str) -> tuple[Node, ...]:
    """Return what a piece of cleaned HTML holds."""
    builder = _Builder()
    builder.feed(clean_html)
    builder.close()
    return builder.whole()


class _Builder(HTMLParser):
    """Puts elements into those that are open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, str | None, int, list[Node]]] = [("", None, 1, [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = SAME_AS.get(tag, tag)
        if name not in KNOWN:
            return
        if name in VOID:
            self._open[-1][3].append(Element(name))
            return
        found = dict(attrs)
        start = found.get("start") or "1"
        number = int(start) if start.isascii() and start.isdigit() else 1
        self._open.append((name, found.get("href"), number, []))

    def handle_endtag(self, tag: str) -> None:
        name = SAME_AS.get(tag, tag)
        if name in VOID or all(name != one[0] for one in self._open[1:]):
            return
        while self._open[-1][0] != name:
            self._close_last()
        self._close_last()

    def handle_data(self, data: str) -> None:
        self._open[-1][3].append(data)

    def whole(self) -> tuple[Node, ...]:
        """Return the tree, with what was left open closed."""
        while len(self._open) > 1:
            self._close_last()
        return tuple(self._open[0][3])

    def _close_last(self) -> None:
        tag, href, start, children = self._open.pop()
        self._open[-1][3].append(Element(tag, tuple(children), href, start))
