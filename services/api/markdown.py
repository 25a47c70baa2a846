"""Markdown that people wrote, as HTML that is safe to show: rendered, then cleaned.

Twice, because either library may have a bad day: markdown-it takes no HTML in and no address that
runs code; nh3 lets only the elements below out. Pictures are left out, since loading one tells
somebody else's server who reads.
"""

from typing import Final

import nh3
from markdown_it import MarkdownIt

ELEMENTS: Final = frozenset(
    {"a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li"}
    | {"ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES: Final = {"http", "https", "mailto"}
LONGEST: Final = 16_000  # characters; a text is shorter by the rules of the API

_renderer: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def as_html(text: str) -> str:
    """Return the text as HTML without scripts, styles, pictures, forms and frames."""
    return nh3.clean(
        _renderer.render(text[:LONGEST]),
        tags=set(ELEMENTS),
        attributes={element: set(names) for element, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )
