"""Generated API documents: `python -m services.api.openapi` writes them."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from services.api.app import routed_app
from services.api.intake.sources import as_markdown as sources_page
from services.api.problems.pages import as_markdown
from services.api.rights_page import as_markdown as rights_page

DOCS: Final = Path(__file__).parents[2] / "docs"


def openapi_document() -> str:
    """Return the OpenAPI document, a line a member."""
    return f"{json.dumps(routed_app().openapi(), indent=2, ensure_ascii=False)}\n"


# Every generated file, and what returns its content.
GENERATED: Final[Mapping[Path, Callable[[], str]]] = {
    DOCS / "openapi.json": openapi_document,
    DOCS / "problems.md": as_markdown,
    DOCS / "rights.md": rights_page,
    DOCS / "sources.md": sources_page,
}


if __name__ == "__main__":
    for path, content in GENERATED.items():
        path.write_text(content(), encoding="utf-8")
