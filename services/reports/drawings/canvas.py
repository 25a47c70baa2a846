"""Canvas: an SVG with a title and a description, on which the drawings are made."""

from collections.abc import Iterable
from typing import Final

import drawsvg

WIDTH: Final = 720
SMALL: Final = 12  # of the letters


class Canvas:
    """Canvas of one drawing."""

    def __init__(self, title: str, description: str, height: int) -> None:
        self.height = height
        self._drawing = drawsvg.Drawing(WIDTH, height, role="img", class_="drawing")
        self._drawing.append_title(title)
        self._drawing.append(_Description(description))

    def dots(self, places: Iterable[tuple[int, int]]) -> None:
        """Draw dots: lines without a length, with round ends."""
        self._drawing.append(
            drawsvg.Raw(f'<path class="dots" d="{"".join(f"M{x} {y}h0" for x, y in places)}"/>')
        )

    def bar(self, x: float, y: float, size: tuple[float, float], name: str) -> None:
        """Draw a bar; its name is a class."""
        width, height = size
        bar = drawsvg.Rectangle(_short(x), _short(y), _short(width), _short(height), class_=name)
        self._drawing.append(bar)

    def line(self, start: tuple[float, float], end: tuple[float, float], name: str) -> None:
        """Draw a line; its name is a class."""
        places = map(_short, (*start, *end))
        self._drawing.append(drawsvg.Line(*places, class_=name))

    def text(self, words: str, x: float, y: float, anchor: str = "start") -> None:
        """Write words on a base line."""
        self._drawing.append(
            drawsvg.Text(words, SMALL, _short(x), _short(y), text_anchor=anchor, class_="words")
        )

    def svg(self) -> str:
        """Return the drawing as it stands in a page."""
        written: str = self._drawing.as_svg(header="")
        return written.strip()


class _Description(drawsvg.Title):
    """What the drawing says, in words."""

    TAG_NAME = "desc"


def _short(number: float) -> float:
    return round(number, 1)
