"""SVG elements: written out as text, with everything that people wrote escaped."""

from collections.abc import Iterable
from html import escape
from typing import Final

FONT: Final = "font-family=\"ui-sans-serif, 'Helvetica Neue', Arial, sans-serif\""
INK: Final = "#1f2933"
QUIET: Final = "#7b8794"
RULE: Final = "#e4e7eb"
PAPER: Final = "#ffffff"
BLUE: Final = "#2f6fb0"
ORANGE: Final = "#d9822b"
RED: Final = "#c5303a"


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 12,
    ink: str = INK,
    anchor: str = "start",
    bold: bool = False,
) -> str:
    """Return words on a base line."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{ink}" text-anchor="{anchor}"'
        f"{weight}>{escape(words)}</text>"
    )


def box(x: float, y: float, width: float, height: float, ink: str, title: str = "") -> str:
    """Return a filled box; its title shows under a pointer."""
    place = f'x="{x:.2f}" y="{y:.1f}" width="{width:.2f}" height="{height:.1f}" fill="{ink}"'
    return f"<rect {place}><title>{escape(title)}</title></rect>" if title else f"<rect {place}/>"


def line(x1: float, y1: float, x2: float, y2: float, ink: str = RULE) -> str:
    """Return a thin line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{ink}"/>'


def drawing(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    """Return a whole drawing; its title is what a screen reader says."""
    inside = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
        f' viewBox="0 0 {width:.0f} {height:.0f}" role="img" {FONT}>\n'
        f"<title>{escape(title)}</title>\n{box(0, 0, width, height, PAPER)}\n{inside}\n</svg>\n"
    )
