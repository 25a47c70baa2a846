"""Chapters of a postmortem: the practice's template, in its order and with its headings.

Source: the practice's postmortem template (docs/architecture.md, "The practice, built in").
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from events.postmortem.document.sections import HEADINGS, Section
from services.export.document import (
    STATUS,
    Document,
    DocumentEntry,
    DocumentFactor,
    DocumentItem,
)
from services.export.tree import Element, Node, element

TIMELINE_COLUMNS: Final = ("Time", "Event")
ITEM_COLUMNS: Final = ("Action", "Owner", "Due", "Status")
DEEPEST: Final = 6  # of a heading; those in people's texts go below the template's


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and what stands below it."""

    heading: str
    level: int
    blocks: tuple[Element, ...]


def chapters_of(
    document: Document, trees: Mapping[Section, tuple[Node, ...]]
) -> tuple[Chapter, ...]:
    """Return the document's chapters; `trees` are its sections' texts, rendered and cleaned."""
    first = Chapter(f"Incident Postmortem: {document.title}", 1, (facts(document),))
    return (
        first,
        *(
            Chapter(heading, 2, tuple(blocks(document, section, trees.get(section, ()))))
            for section, heading in HEADINGS.items()
        ),
    )


def facts(document: Document) -> Element:
    """Return the lines above the sections."""
    author: Node = f"@{document.author}" if document.author else element("em", "who writes this?")
    reviewers: Node = (
        ", ".join(f"@{one}" for one in document.reviewers)
        if document.reviewers
        else element("em", "who reviews it?")
    )
    lines: tuple[tuple[str, Node], ...] = (
        ("Date", f"{document.began_on:%Y-%m-%d}"),
        ("Duration", document.duration or element("em", "not resolved yet")),
        ("Severity", document.severity or element("em", "not judged")),
        ("Author", author),
        ("Reviewers", reviewers),
    )
    return element("facts", *(element("p", element("strong", f"{n}:"), " ", v) for n, v in lines))


def blocks(document: Document, section: Section, written: tuple[Node, ...]) -> Iterator[Element]:
    """Yield what stands below a section's heading."""
    if section is Section.ACTION_ITEMS:
        yield table(ITEM_COLUMNS, map(item_row, document.items))
    yield from (below(node) for node in written if isinstance(node, Element))
    if section is Section.TIMELINE:
        yield table(TIMELINE_COLUMNS, timeline_rows(document.timeline))
        if document.timeline_note:
            yield element("p", element("em", document.timeline_note))
    if section is Section.CONTRIBUTING_FACTORS and document.factors:
        yield factor_list(document.factors)


def below(block: Element) -> Element:
    """Return a block with its headings below those of the template."""
    if block.tag[0] == "h" and block.tag[1:].isdigit():
        level = min(int(block.tag[1:]) + 2, DEEPEST)
        return Element(f"h{level}", block.children)
    children = tuple(map(below_them, block.children))
    return Element(block.tag, children, block.href, block.start)


def below_them(node: Node) -> Node:
    """Return a node with its headings below those of the template."""
    return node if isinstance(node, str) else below(node)


def timeline_rows(entries: tuple[DocumentEntry, ...]) -> Iterator[tuple[Node, ...]]:
    """Yield the rows; their times carry the date when the incident went over midnight."""
    days = {entry.at.astimezone(UTC).date() for entry in entries}
    style = "%H:%M" if len(days) <= 1 else "%Y-%m-%d %H:%M"
    for entry in entries:
        remark = f" ({entry.remark})" if entry.remark else ""
        said = f"{entry.text}{remark}"
        event: list[Node] = [element("strong", said) if entry.pinned else said]
        if entry.source_url:
            event += [" ", Element("a", ("source",), entry.source_url)]
        yield f"{entry.at.astimezone(UTC):{style}}", element("cell", *event)


def item_row(item: DocumentItem) -> tuple[Node, ...]:
    """Return an action item's row."""
    owner = f"@{item.owner}" if item.owner else ""
    return item.text, owner, item.due_on.isoformat(), STATUS[item.state]


def table(columns: tuple[str, ...], rows: Iterable[tuple[Node, ...]]) -> Element:
    """Return a table with a head."""
    head = element("thead", element("tr", *(element("th", name) for name in columns)))
    body = element("tbody", *(element("tr", *map(cell, row)) for row in rows))
    return element("table", head, body)


def cell(content: Node) -> Element:
    """Return a cell of text, or of what was put together for it."""
    if isinstance(content, Element) and content.tag == "cell":
        return Element("td", content.children)
    return element("td", content)


def factor_list(factors: tuple[DocumentFactor, ...]) -> Element:
    """Return the factors as a list, each with what it was because of below it."""
    return element("ul", *map(factor_entry, factors))


def factor_entry(factor: DocumentFactor) -> Element:
    """Return one factor, with those below it."""
    sort = f"{factor.kind}, {factor.category}{', primary' if factor.primary else ''}"
    children: list[Node] = [f"{factor.text} ({sort})"]
    if factor.because:
        children.append(factor_list(factor.because))
    return element("li", *children)
