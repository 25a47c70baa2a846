"""Markdown from anybody: what comes out can be put into a page."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.markdown import ATTRIBUTES, ELEMENTS, as_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<javascript:alert(1)>",
    '[x](https://a.example "onmouseover=alert(1)")',
    "[x](https://a.example/\"onclick='alert(1)')",
    "![x](https://spy.example/pixel.png)",
    "![x](javascript:alert(1))",
    "<iframe src=https://a.example></iframe>",
    "<style>*{display:none}</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "`</code><script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "[a]: javascript:alert(1)\n\n[a]",
    "\x00<scr\x00ipt>alert(1)</script>",
    "[" * 5_000,
    "> " * 5_000,
    "*" * 8_000,
]


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def harmless(html: str) -> None:
    parser = Elements()
    parser.feed(html)
    for element, attributes in parser.found:
        assert element in ELEMENTS
        assert set(attributes) <= ATTRIBUTES.get(element, set()) | {"rel"}
        address = attributes.get("href")
        if address is not None:
            scheme = re.match(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):", address)
            assert scheme is None or scheme[1].lower() in {"http", "https", "mailto"}
            assert attributes["rel"] == "noopener noreferrer nofollow"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30].encode().hex())
def test_what_would_run_or_spy_does_not_come_through(text: str) -> None:
    harmless(as_html(text))


MARKS = ["<", ">", "'", '"', "](", "[", "javascript:", "on=", "&#", "`", "\n", "a"]
pieces = st.sampled_from(MARKS)


@given(st.lists(pieces, max_size=30).map("".join))
def test_no_mixture_of_marks_comes_through_as_something_that_runs(text: str) -> None:
    harmless(as_html(text))


def test_what_people_write_is_shown_as_they_mean_it() -> None:
    text = "**Pool** is `full`\n\n- [graph](https://g.example)\n\n| a |\n|---|\n| 1 |\n\n~~no~~"
    html = as_html(text)
    assert "<strong>Pool</strong> is <code>full</code>" in html
    assert '<a href="https://g.example" rel="noopener noreferrer nofollow">graph</a>' in html
    assert "<td>1</td>" in html
    assert "<s>no</s>" in html
