"""Markdown from anybody: what comes out can be put into a page."""

import asyncio
import re
import threading
import time
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services import markdown
from services.markdown import ATTRIBUTES, ELEMENTS, as_html, escaped, rendered

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
    assert "<del>no</del>" in html


def test_what_looks_like_html_is_shown_as_it_was_written() -> None:
    assert "List&lt;String&gt;" in as_html("It is a List<String>.")
    assert as_html("<div>\nfull\n</div>").startswith("&lt;div&gt;")


# Each of these has kept some renderer busy for the square of its length, or worse.
PIECES = [
    *["![", "[", "]", "(", ")", "<", ">", "`", "*", "**", "_", "~~", "|", "|-", "&", "#", "\\"],
    *["> ", "- ", "1. ", "* - + ", "[a](", "[a]: b\n", "![[]()", "`a``", "*a **a ", "<b>", "<!--"],
    *["\n", " ", "a", "é", "\t", "=\n", "```\n", "|a|b|\n|-|-|\n", "http://a ", "&#", '"', "'"],
]
LONGEST_NOTE = 8_000  # characters
AT_MOST = 0.5  # seconds of computing on a busy machine; the worst known takes a hundredth


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join), st.sampled_from("+-")
)
def test_no_text_that_repeats_itself_takes_long(piece: str, direction: str) -> None:
    text = (piece * LONGEST_NOTE)[:LONGEST_NOTE]
    begun = time.thread_time()
    html = as_html.__wrapped__(text if direction == "+" else text[::-1])
    assert time.thread_time() - begun < AT_MOST
    harmless(html)


@pytest.mark.parametrize("text", [">" * 8_000, "> - " * 2_000, "&" * 16_000])
def test_what_grows_or_nests_beyond_sense_is_shown_as_it_was_written(text: str) -> None:
    assert as_html(text) == escaped(text)


async def test_the_event_loop_goes_on_while_notes_are_rendered() -> None:
    beats = [time.perf_counter()]

    async def beat() -> None:
        while True:
            await asyncio.sleep(0.001)
            beats.append(time.perf_counter())

    beating = asyncio.create_task(beat())
    html = await rendered([f"{number} " + "![" * 3_990 for number in range(200)])
    beating.cancel()
    beats.append(time.perf_counter())
    assert len(html) == 200
    assert max(later - earlier for earlier, later in pairwise(beats)) < 0.5


async def test_a_note_whose_turn_does_not_come_is_shown_as_it_was_written() -> None:
    held = threading.Event()
    for _ in range(2):
        markdown._threads.submit(held.wait)
    html = await rendered(["**a** <b>", ""], within_seconds=0.05)
    held.set()
    assert html == {"**a** <b>": "<p>**a** &lt;b&gt;</p>\n", "": "<p></p>\n"}


class Panicked(BaseException):
    """As Rust's panics come out."""


async def test_a_renderer_that_breaks_takes_nothing_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(text: str) -> str:
        raise Panicked

    monkeypatch.setattr(markdown, "as_html", broken)
    assert await rendered(["**a**", "b"]) == {"**a**": "<p>**a**</p>\n", "b": "<p>b</p>\n"}


async def test_half_a_character_is_no_fault() -> None:
    assert await rendered(["a\ud800"]) == {"a\ud800": "<p>a?</p>\n"}
