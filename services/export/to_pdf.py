"""PDF of a page, by WeasyPrint, where it is installed: `pip install weasyprint`, and Pango.

Where it is not, a browser prints the page on A4 just the same.
"""

from functools import cache
from importlib import import_module
from typing import Any


@cache
def weasyprint() -> Any | None:
    """Return the library, None where it or what it stands on is not installed."""
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):  # the second: without Pango
        return None


def pdf_of(html: str) -> bytes:
    """Return the page as PDF; nothing is loaded for it, from nowhere."""
    library = weasyprint()
    if library is None:
        raise RuntimeError("PDF is offered only where WeasyPrint is installed.")
    written: bytes = library.HTML(string=html, url_fetcher=_nothing).write_pdf()
    return written


def _nothing(url: str, *_: object, **__: object) -> Any:
    raise ValueError(f"A document loads nothing, not even {url}.")
