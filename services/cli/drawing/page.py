"""Drawing files: an SVG as it is, or within a page that has its numbers as a table."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

import typer

_PAGE: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font-family: ui-sans-serif, "Helvetica Neue", Arial, sans-serif; margin: 2rem; }}
svg {{ max-width: 100%; height: auto; }}
table {{ border-collapse: collapse; margin-top: 1.5rem; }}
th, td {{ padding: 0.3rem 0.9rem 0.3rem 0; text-align: left; border-bottom: 1px solid #e4e7eb; }}
</style>
{drawing}
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</html>
"""


def write_drawing(
    file: Path, drawing: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write a drawing to a file: `.svg` the drawing, `.html` a page with the numbers.

    Raises: typer.BadParameter.
    """
    if file.suffix not in {".svg", ".html"}:
        raise typer.BadParameter(f"{file} is neither an .svg nor an .html file.", param_hint="draw")
    head = "".join(f"<th>{escape(one)}</th>" for one in columns)
    body = "\n".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    page = _PAGE.format(title=escape(title), drawing=drawing, head=head, body=body)
    try:
        file.write_text(drawing if file.suffix == ".svg" else page, encoding="utf-8")
    except OSError as fault:
        raise typer.BadParameter(
            f"{file} cannot be written: {fault}.", param_hint="draw"
        ) from fault
