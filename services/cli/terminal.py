"""Terminal: the one way out for text, with nothing in it that a terminal would obey.

What monitors and people wrote is read here by somebody whose terminal obeys escape sequences.
"""

import json
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from events.values.plain_text import escaped, plain


class Terminal(Console):
    """A console whose own colours are the only sequences that reach the terminal."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield what is shown, with plain text only."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else plain(text), style, control)


console = Terminal(highlight=False)
complaints = Terminal(stderr=True, highlight=False)


def as_json(value: Any, *, indent: int | None = 2) -> None:
    """Print one JSON document; without an indent, on one line."""
    document = escaped(json.dumps(value, indent=indent, ensure_ascii=False))
    console.file.write(f"{document}\n")
    console.file.flush()


def as_lines(text: str) -> None:
    """Print a text as it is, such as a table for other programs: nothing is wrapped or coloured."""
    console.file.write(plain(text))
    console.file.flush()


def complain(sentence: object) -> None:
    """Say on standard error why this did not work."""
    complaints.print(f"tocsin: {sentence}", markup=False, soft_wrap=True)


def remark(sentence: str) -> None:
    """Say on standard error what is good to know; what programs read stays as it is."""
    complaints.print(f"tocsin: {sentence}", markup=False, soft_wrap=True)


def never_fails_on_a_character() -> None:
    """Have characters that the terminal's own encoding lacks written as what they are called."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
