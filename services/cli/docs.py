"""Generated documentation: `python -m services.cli.docs`, or `make docs`, writes every page."""

from pathlib import Path

from events.catalogue import catalogue
from services.api.openapi import DOCS, generated
from services.cli.shown import say


def pages() -> dict[Path, str]:
    """Return every generated file and what belongs in it."""
    return {DOCS / "events.md": catalogue(), **generated()}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        say(str(path.relative_to(DOCS.parent)))
