"""Generated API documents: `python -m services.api.openapi` writes them."""

import json
from pathlib import Path
from typing import Final

from services.api.app import routed_app
from services.api.intake.sources import as_markdown as sources_page
from services.api.problems.pages import as_markdown

DOCS: Final = Path(__file__).parents[2] / "docs"


def generated() -> dict[Path, str]:
    """Return every generated file and what belongs in it."""
    document = json.dumps(routed_app().openapi(), indent=2, ensure_ascii=False)
    return {
        DOCS / "openapi.json": f"{document}\n",
        DOCS / "problems.md": as_markdown(),
        DOCS / "sources.md": sources_page(),
    }


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
