"""Export of a postmortem: the template to the letter, nothing lost, and nothing that runs."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.action_item.item import ActionItemState
from events.postmortem.document.sections import HEADINGS, Section
from services.export import to_pdf
from services.export.chapters import chapters_of
from services.export.document import STATUS, Document, DocumentEntry, DocumentFactor
from services.export.to_confluence import confluence_of
from services.export.to_html import POLICY, html_of
from services.export.to_markdown import markdown_of
from services.export.tree import tree_of
from services.export.written import FileFormat, written
from services.markdown import as_html
from tests.services.api.test_markdown import HOSTILE, MARKS, harmless
from tests.services.export.template import DOCUMENT, TEMPLATE

HARMLESS = re.compile(r"https?:|mailto:|/|#|[^:]*$")
LINES = (
    "- ",
    "1. ",
    "# ",
    "> ",
    "    ",
    "```",
    "\n\n",
    "---",
    "| a | b |\n|---|---|\n| `|` | c |\n",
)
SPANS = ("**", "_", "~", "~~", "|", "\\", "&amp;", "x", " ", "[a](https://b.example/?c&copy;=(d))")
pieces = st.sampled_from([*MARKS, *LINES, *SPANS])
texts = st.lists(pieces, max_size=30).map("".join)


class Words(HTMLParser):
    """The words of a page, but for its head."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.outside = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.outside += tag in {"style", "title"}
        if tag not in {"em", "strong", "del", "code", "a"}:
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.outside -= tag in {"style", "title"}

    def handle_data(self, data: str) -> None:
        if not self.outside:
            self.found.append(data)


def words_of(html: str) -> list[str]:
    parser = Words()
    parser.feed(html)
    parser.close()
    return "".join(parser.found).split()


def exported(document: Document) -> tuple[str, str, str]:
    trees = {section: tree_of(as_html(text)) for section, text in document.texts.items()}
    chapters = chapters_of(document, trees)
    return markdown_of(chapters), html_of(chapters), confluence_of(chapters)


def xml_of(body: str) -> ET.Element:
    return ET.fromstring(f'<page xmlns:ac="urn:confluence">{body}</page>')


def said(text: str, section: Section = Section.SUMMARY) -> Document:
    return replace(DOCUMENT, texts={**DOCUMENT.texts, section: text})


async def test_the_practices_own_postmortem_is_exported_to_the_letter() -> None:
    assert (await written(DOCUMENT, FileFormat.MARKDOWN)).decode() == TEMPLATE


def test_every_format_has_the_templates_headings_and_tables() -> None:
    markdown, html, confluence = exported(DOCUMENT)
    headings = ["Incident Postmortem: Payment requests fail", *HEADINGS.values()]
    assert re.findall(r"^#+ (.+)$", markdown, re.MULTILINE) == headings
    assert re.findall(r"<h[12]>(.+?)</h[12]>", html) == headings
    page = xml_of(confluence)
    assert [one.text for one in page if one.tag in {"h1", "h2"}] == headings
    rows = [["".join(cell.itertext()) for cell in row] for row in page.iter("tr")]
    assert rows[0] == ["Time", "Event"]
    assert rows[-1] == ["Review deploy process", "@ops", "2024-01-25", STATUS[ActionItemState.OPEN]]
    assert set(STATUS) == set(ActionItemState)
    assert {one.lower() for one in STATUS.values()} == {"todo", "doing", "done", "won't do"}


def test_markdown_read_by_any_program_says_what_the_page_says() -> None:
    markdown, html, confluence = exported(DOCUMENT)
    assert words_of(as_html(markdown)) == words_of(html)
    assert words_of(confluence) == words_of(html)


@given(texts)
def test_no_word_is_lost_on_the_way_through_markdown(text: str) -> None:
    markdown, html, _ = exported(said(text))
    assert words_of(as_html(markdown)) == words_of(html)


@given(texts, st.sampled_from(list(Section)))
def test_no_text_ends_its_section_or_begins_another(text: str, section: Section) -> None:
    markdown, html, confluence = exported(said(text, section))
    level_two = list(HEADINGS.values())
    assert re.findall(r"<h2>(.+?)</h2>", as_html(markdown)) == level_two
    assert re.findall(r"<h2>(.+?)</h2>", html) == level_two
    assert [one.text for one in xml_of(confluence) if one.tag == "h2"] == level_two


def everywhere(text: str) -> Document:
    moment = datetime(2024, 1, 15, 14, tzinfo=UTC)
    line = " ".join(text.split())[:200]
    return replace(
        DOCUMENT,
        title=line,
        author=line,
        reviewers=(line,),
        texts=dict.fromkeys(HEADINGS, text),
        timeline=(
            DocumentEntry(at=moment, text=line, remark=text, source_url=f"https://a/{line}"),
        ),
        timeline_note=line,
        factors=(DocumentFactor(text=text, kind="trigger", category=line),),
        items=(replace(DOCUMENT.items[0], text=line, owner=line),),
    )


def addresses(html: str) -> Iterator[str]:
    yield from re.findall(r'(?:href|src|action|xlink:href)="([^"]*)"', html)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30].encode().hex())
def test_what_would_run_or_spy_is_inert_in_every_format(text: str) -> None:
    markdown, html, confluence = exported(everywhere(text))
    harmless(as_html(markdown))
    body = html.partition("<main>")[2].replace('<div class="facts">', "<p>")
    body = body.replace('<div class="wide" tabindex="0">', "").replace("</div>", "")
    harmless(body.replace("</main>", "").replace("</body>", "").replace("</html>", ""))
    for address in [*addresses(html), *addresses(confluence)]:
        assert HARMLESS.match(address)
    tags = {one.tag for one in xml_of(confluence).iter()}
    assert not tags & {"script", "style", "img", "iframe", "svg", "math"}
    # Also a program that lets HTML through finds none, and no address that runs.
    outside_code = re.sub(r"(?ms)^(`{3,})\n.*?^\1$|`[^`\n]+`", "", markdown)
    assert not re.search(r"(?<!\\)<[a-zA-Z/!?]", outside_code)
    assert not re.search(r"(?<!\\)\]\((?!https?:|mailto:)", outside_code)


def test_the_page_loads_nothing_and_says_so_to_the_browser() -> None:
    _, html, _ = exported(DOCUMENT)
    assert f'content="{POLICY}"' in html
    assert "<script" not in html
    assert not re.search(r"@import|url\(", html)
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


def test_times_over_midnight_carry_their_date() -> None:
    first = DOCUMENT.timeline[0]
    later = replace(first, at=first.at + timedelta(days=1))
    markdown, _, _ = exported(replace(DOCUMENT, timeline=(first, later)))
    assert "| 2024-01-15 14:15 |" in markdown
    assert "| 2024-01-16 14:15 |" in markdown


def test_a_factor_stands_below_what_it_explains() -> None:
    below = DocumentFactor(text="No test at this scale", kind="factor", category="Process")
    top = DocumentFactor(
        text="A query without an index",
        kind="trigger",
        category="Deploy issues",
        primary=True,
        because=(below,),
    )
    markdown, _, _ = exported(replace(DOCUMENT, texts={}, factors=(top,)))
    assert (
        "- A query without an index (trigger, Deploy issues, primary)\n"
        "  - No test at this scale (factor, Process)\n"
    ) in markdown


@pytest.mark.parametrize("kept", ["`a | b`", "| a | `b \\| c` |\n|---|---|\n| `d` | e |", "x\\\ny"])
def test_a_pipe_in_code_and_a_hard_line_end_are_kept(kept: str) -> None:
    markdown, html, _ = exported(said(kept))
    assert words_of(as_html(markdown)) == words_of(html)
    again, _, _ = exported(said(markdown.split("## Summary\n")[1].split("\n\n## Impact")[0]))
    assert again == markdown


class Printer:
    """WeasyPrint, as far as it is used."""

    def HTML(self, string: str, url_fetcher: Callable[[str], object]) -> "Printer":  # noqa: N802
        assert "<main>" in string
        with pytest.raises(ValueError, match="loads nothing"):
            url_fetcher("https://spy.example/pixel.png")
        return self

    def write_pdf(self) -> bytes:
        return b"%PDF-1.7"


async def test_a_pdf_is_made_of_the_page_and_nothing_is_loaded_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(to_pdf, "weasyprint", Printer)
    assert await written(DOCUMENT, FileFormat.PDF) == b"%PDF-1.7"


def test_what_weasyprint_stands_on_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_pango(_: str) -> object:
        raise OSError("cannot load library 'pango'")

    monkeypatch.setattr(to_pdf, "import_module", without_pango)
    assert to_pdf.weasyprint.__wrapped__() is None
