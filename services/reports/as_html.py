"""Report as HTML: one file with style and pictures and without a script; it prints as it is."""

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from typing import Final

from services.reports.box import MET, MISSED, Box, lines_of
from services.reports.document import Cell, Grid, Linked, Picture, Report, Section
from services.reports.sentences import opening

STYLES: Final = tuple(  # by the first shape that has it: what was issued is printed as it was
    (since, files("services.reports").joinpath(name).read_text(encoding="utf-8"))
    for since, name in ((1, "report.css"), (2, "report_since_2.css"))
)
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def as_html(report: Report) -> str:
    """Return the report."""
    return "\n".join(_page(report)) + "\n"


def _page(report: Report) -> Iterator[str]:
    title = escape(report.title)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    style = "".join(text for since, text in STYLES if since <= report.shape)
    yield f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{title}</h1>"
    yield f'<pre class="box" tabindex="0">{_box(report.box)}</pre>'
    for sentence in opening(report):
        yield f"<p>{escape(sentence)}</p>"
    for section in report.sections:
        yield from _section(section)
    yield "</main>\n</body>\n</html>"


def _box(box: Box) -> str:
    """Return the box; its marks are two letters wide, whatever font has them."""
    written = escape("\n".join(lines_of(box)))
    for mark, means in ((MET, "met"), (MISSED, "missed")):
        span = f'<span class="mark" role="img" aria-label="{means}">{mark}</span>'
        written = written.replace(mark, span)
    return written


def _section(section: Section) -> Iterator[str]:
    yield f"<section>\n<h2>{escape(section.title)}</h2>"
    for sentence in section.sentences:
        yield f"<p>{escape(sentence)}</p>"
    for picture in section.pictures:
        yield from _picture(picture)
    for grid in section.grids:
        yield from _grid(grid)
    yield "</section>"


def _picture(picture: Picture) -> Iterator[str]:
    yield f"<figure>\n<figcaption>{escape(picture.title)}</figcaption>\n{picture.svg}"
    yield f"<p>{escape(picture.description)}</p>\n</figure>"


def _grid(grid: Grid) -> Iterator[str]:
    yield f'<div class="scrolls" tabindex="0"><table>\n<caption>{escape(grid.title)}</caption>'
    kinds = [' class="n"' if column.number else "" for column in grid.columns]
    heads = (
        f'<th scope="col"{kind}>{escape(column.title)}</th>'
        for column, kind in zip(grid.columns, kinds, strict=True)
    )
    yield f"<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>"
    for row in grid.rows:
        cells = (f"<td{kind}>{_cell(cell)}</td>" for cell, kind in zip(row, kinds, strict=True))
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody>\n</table></div>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, Linked):
        return f'<a href="{escape(cell.address)}">{escape(cell.text)}</a>'
    return escape(cell)
