"""Markdown of a tree: read by any program, it means the tree again, and nothing in it runs.

Source: CommonMark 0.31.2, with the tables and the strikethrough of GitHub's.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from services.export.chapters import Chapter
from services.export.tree import Element, Node, text_of

SPECIAL: Final = re.compile(r"[\\`*\[\]<|]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|&(?=#?\w+;)")
AT_LINE_START: Final = re.compile(
    r"^(?:#{1,6}(?=[ \t]|$)|[-+](?=[ \t]|$)|(\d{1,9})([.)])(?=[ \t]|$)|>|[=:-](?=[ \t:=-]*$))",
    re.MULTILINE,
)
BLANKS: Final = re.compile(r"[ \t\r\f\v]*\n[\s]*|[ \t\r\f\v]+")
IN_ADDRESS: Final = "!#$%&'*+,-./:;=?@_~"  # kept; blanks, brackets and quotes are encoded
ENTITY: Final = re.compile(r"&(?=#?\w+;)")
IN_LINE: Final = frozenset({"line"})  # no line ends
IN_CELL: Final = IN_LINE | {"td"}
CLOSING: Final = re.compile(r"#+$")  # of a heading
MARKS: Final = {"em": "*", "strong": "**", "del": "~~"}
BLOCKS: Final = frozenset(
    {"p", "pre", "blockquote", "ul", "ol", "table", "hr", "facts", "h1", "h2", "h3", "h4", "h5"}
    | {"h6"}
)


def markdown_of(chapters: Iterable[Chapter]) -> str:
    """Return the document in the template's layout."""
    return "\n\n".join(map(_chapter, chapters)) + "\n"


def _chapter(chapter: Chapter) -> str:
    heading = _heading(chapter.level, (chapter.heading,))
    written = _blocks(chapter.blocks)
    if not written:
        return heading
    return f"{heading}{chr(10) * (2 if chapter.level == 1 else 1)}{written}"


def _blocks(blocks: Iterable[Node]) -> str:
    written: list[str] = []
    previous, marker = "", "-"
    for block in _grouped(blocks):
        # Two lists in a row are one, unless they have another mark.
        marker = ("*" if marker == "-" else "-") if block.tag == previous == "ul" else "-"
        text = _block(block, marker)
        if text:
            written.append(text)
            previous = block.tag
    return "\n\n".join(written)


def _grouped(nodes: Iterable[Node]) -> Iterator[Element]:
    """Yield blocks; what stands between them without one becomes a paragraph."""
    loose: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag in BLOCKS:
            if text_of(tuple(loose)).strip():
                yield Element("p", tuple(loose))
            loose = []
            yield node
        else:
            loose.append(node)
    if text_of(tuple(loose)).strip():
        yield Element("p", tuple(loose))


def _block(block: Element, marker: str = "-") -> str:
    if block.tag in {"ul", "ol"}:
        return _list(block, marker)
    write = WRITERS.get(block.tag)
    return _heading(int(block.tag[1:]), block.children) if write is None else write(block)


def _heading(level: int, nodes: tuple[Node, ...]) -> str:
    text = CLOSING.sub(r"\\\g<0>", _one_line(_inline(nodes, IN_LINE)))
    return f"{'#' * level} {text}".rstrip()


def _paragraph(nodes: tuple[Node, ...]) -> str:
    lines = (line.strip(" ") for line in _inline(nodes).split("\n"))
    return AT_LINE_START.sub(_escaped_start, "\n".join(line for line in lines if line))


def _escaped_start(found: re.Match[str]) -> str:
    if found[1]:  # a number of a list
        return f"{found[1]}\\{found[2]}"
    return f"\\{found[0]}"


def _list(block: Element, marker: str) -> str:
    loose = any(child.tag == "p" for item in _elements(block) for child in _elements(item))
    written: list[str] = []
    for number, item in enumerate(_elements(block), start=block.start):
        mark = f"{marker} " if block.tag == "ul" else f"{number}. "
        content = "\n\n" if loose else "\n"
        text = content.join(filter(None, map(_block, _grouped(item.children))))
        written.append(_indented(text, mark, " " * len(mark)).rstrip())
    return ("\n\n" if loose else "\n").join(written)


def _indented(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        (first if number == 0 else others if line or others.strip() else "") + line
        for number, line in enumerate(lines)
    )


def _fenced(code: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{code.removesuffix(chr(10))}\n{fence}"


def _table(block: Element) -> str:
    rows = [
        [_one_line(_inline(cell.children, IN_CELL)) for cell in _elements(row)]
        for part in _elements(block)
        for row in ([part] if part.tag == "tr" else _elements(part))
    ]
    if not rows:
        return ""
    written = [f"| {' | '.join(cells)} |" for cells in rows]
    rule = "|".join("-" * (len(cell) + 2) for cell in rows[0])
    return "\n".join([written[0], f"|{rule}|", *written[1:]])


def _elements(block: Element) -> Iterator[Element]:
    return (one for one in block.children if isinstance(one, Element))


def _one_line(text: str) -> str:
    return text.replace("\n", " ").strip()


def _inline(nodes: tuple[Node, ...], within: frozenset[str] = frozenset()) -> str:
    if text_of(nodes).count("~") + strikes(nodes) > 1:
        within |= {"~"}  # a single one is read as itself
    written: list[str] = []
    closed = False  # by a mark: another one right after it would be taken for its part
    for node in nodes:
        if isinstance(node, str):
            text = _escaped(node, struck="~" in within)
        elif node.tag in MARKS and not closed and node.tag not in within:
            text = _marked(node, within)
        else:
            text = _span(node, within)
        if text:
            written.append(text)
            closed = not isinstance(node, str) and node.tag in MARKS
    return "".join(written)


def strikes(nodes: tuple[Node, ...]) -> int:
    """Return how many pieces are struck out."""
    elements = [node for node in nodes if isinstance(node, Element)]
    return sum((one.tag == "del") + strikes(one.children) for one in elements)


def _marked(node: Element, within: frozenset[str]) -> str:
    inner = _inline(node.children, within | {node.tag})
    mark = MARKS[node.tag]
    return f"{mark}{inner}{mark}" if inner.strip() == inner and inner else inner


def _span(node: Element, within: frozenset[str]) -> str:
    match node.tag:
        case "br":
            return " " if "line" in within else "\\\n"
        case "code":
            return _code(text_of(node.children), in_cell="td" in within)
        case "a" if node.href and "a" not in within:
            return f"[{_inline(node.children, within | {'a'})}]({_address(node.href)})"
        case _:
            return _inline(node.children, within)


def _address(href: str) -> str:
    return ENTITY.sub(r"\\&", quote(href, safe=IN_ADDRESS))


def _code(code: str, *, in_cell: bool) -> str:
    code = code.replace("\n", " ")
    if in_cell:
        code = code.replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * (longest + 1)
    room = " " if code[:1] in "` " or code[-1:] in "` " else ""
    return f"{fence}{room}{code}{room}{fence}" if code.strip() else code


def _escaped(text: str, *, struck: bool) -> str:
    plain = BLANKS.sub(lambda found: "\n" if "\n" in found[0] else " ", text)
    written = SPECIAL.sub(r"\\\g<0>", plain)
    return written.replace("~", "\\~") if struck else written


WRITERS: Final[Mapping[str, Callable[[Element], str]]] = {
    "facts": lambda block: "\n".join(_inline(line.children) for line in _elements(block)),
    "hr": lambda _: "---",
    "pre": lambda block: _fenced(text_of(block.children)),
    "blockquote": lambda block: _indented(_blocks(block.children), "> ", "> "),
    "table": _table,
    "p": lambda block: _paragraph(block.children),
}
