"""Every form says the same, fits where it is read, and lets no text do anything."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from html import unescape

from rich.cells import cell_len

from services import markdown
from services.reports.as_csv import as_csv
from services.reports.as_html import as_html
from services.reports.as_json import as_json
from services.reports.as_markdown import as_markdown
from services.reports.as_text import as_text
from services.reports.box import lines_of
from services.reports.document import Grid, Linked, Report, Section, columns
from tests.services.reports.test_box import DRAWN

HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> | **bold** [x](javascript:1) ] ` \\"
REPORT = Report(
    quarter="2024-Q4",
    zone="Europe/Berlin",
    begin=datetime(2024, 9, 30, 22, tzinfo=UTC),
    end=datetime(2024, 12, 31, 23, tzinfo=UTC),
    as_of=4711,
    learning_policy_id="default",
    policy_number=3,
    preliminary="2 incidents are open.",
    box=DRAWN,
    sections=[
        Section(
            title="Every incident",
            sentences=[HOSTILE],
            grids=[
                Grid(
                    title="In order",
                    columns=columns("Incident", "Minutes>", "Title"),
                    rows=[
                        [Linked(text="INC-1", address="/incidents/INC-1"), "12", HOSTILE],
                        [Linked(text="INC-2", address="/incidents/INC-2"), "-", "+1 " + "字" * 60],
                        ["INC-3", "", "@all"],
                    ],
                )
            ],
        )
    ],
)


def test_the_box_is_the_first_thing_in_each() -> None:
    box = lines_of(DRAWN)
    assert as_text(REPORT).splitlines()[: len(box)] == box
    assert "\n".join(box) in as_markdown(REPORT)
    assert "\n".join(box) in unescape(re.sub("<.?span[^>]*>", "", as_html(REPORT)))
    lines = list(csv.reader(io.StringIO(as_csv(REPORT))))
    assert [line[0] for line in lines[: len(box)]] == box
    assert next(iter(json.loads(as_json(REPORT)).items())) == ("box", box)


def test_the_text_has_eighty_columns_and_loses_no_word() -> None:
    text = as_text(REPORT)
    assert max(map(cell_len, text.splitlines())) <= 80
    for word in HOSTILE.split():
        assert word in text
    assert text.count("字") == 60
    said = "2209 hours. Targets and causes: learning policy default, version 3."
    assert said in " ".join(text.split())


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    for line in csv.reader(io.StringIO(as_csv(REPORT))):
        for cell in line:
            assert not cell.startswith(("=", "+", "-", "@")), cell
    assert "'@all" in as_csv(REPORT)


def test_hostile_texts_do_nothing_in_a_page_or_in_markdown() -> None:
    page = as_html(REPORT)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert '<a href="/incidents/INC-1">INC-1</a>' in page
    shown = markdown.as_html(as_markdown(REPORT))
    assert "<script" not in shown
    assert 'javascript:1"' not in shown
    assert "<strong>bold" not in shown


def test_the_same_report_has_the_same_bytes() -> None:
    for form in (as_text, as_markdown, as_html, as_csv, as_json):
        assert form(REPORT) == form(REPORT)
