"""Generated documentation: `python -m services.cli.docs`, or `make docs`, writes every page."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from events.catalogue import catalogue
from services.api.openapi import DOCS, GENERATED
from services.cli.shown import say

# Every generated page, and what returns its content.
PAGES: Final[Mapping[Path, Callable[[], str]]] = {DOCS / "events.md": catalogue, **GENERATED}


if __name__ == "__main__":
    for path, content in PAGES.items():
        path.write_text(content(), encoding="utf-8")
        say(str(path.relative_to(DOCS.parent)))
