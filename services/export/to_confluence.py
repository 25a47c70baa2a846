"""Confluence storage format of a tree: XHTML with Confluence's own element for code.

Source: Atlassian, "Confluence Storage Format" (support.atlassian.com, Confluence Data Center).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from services.export.chapters import Chapter
from services.export.tree import VOID, Element, Node, text_of

NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CODE: Final = (
    '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[{code}]]>'
    "</ac:plain-text-body></ac:structured-macro>"
)


def confluence_of(chapters: Iterable[Chapter]) -> str:
    """Return the body of a Confluence page; its prefix `ac` is declared by Confluence."""
    return "".join(
        f"<h{one.level}>{_text(one.heading)}</h{one.level}>\n"
        + "".join(f"{_written(block)}\n" for block in one.blocks)
        for one in chapters
    )


def _text(text: str) -> str:
    return escape(NO_XML.sub("", text))


def _written(node: Node) -> str:
    if isinstance(node, str):
        return _text(node)
    write = WRITERS.get(node.tag)
    if write is not None:
        return write(node)
    return f"<{node.tag} />" if node.tag in VOID else f"<{node.tag}>{_inside(node)}</{node.tag}>"


def _lines(node: Element) -> str:
    lines = (_inside(line) for line in node.children if isinstance(line, Element))
    return f"<p>{'<br />'.join(lines)}</p>"


def _code(node: Element) -> str:
    code = NO_XML.sub("", text_of(node.children)).replace("]]>", "]]]]><![CDATA[>")
    return CODE.format(code=code)


def _link(node: Element) -> str:
    inner = _inside(node)
    return inner if node.href is None else f"<a href={_attribute(node.href)}>{inner}</a>"


def _attribute(value: str) -> str:
    return quoteattr(NO_XML.sub("", value))


def _inside(node: Element) -> str:
    return "".join(map(_written, node.children))


WRITERS: Final[Mapping[str, Callable[[Element], str]]] = {
    "facts": _lines,
    "pre": _code,
    "table": lambda node: f"<table><tbody>{_inside(node)}</tbody></table>",
    "thead": _inside,  # a table has one body, its head is cells
    "tbody": _inside,
    "a": _link,
}
