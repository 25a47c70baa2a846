"""A year's rota is printed as a table and strips, and drawn into files that need nothing else."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from typer.testing import CliRunner, Result

from events.ids import ResponderId, ScheduleId
from events.on_call.layer import Layer, Rotation
from events.on_call.rota import Edition, HolidayCalendar, Override, Rota
from services.api.reading.time_windows import TimeWindow
from services.api.resources.on_call.reports import coverage_view, fairness_view
from services.api.resources.on_call.warnings import warnings_view
from services.cli.__main__ import application
from services.cli.remote import Remote

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
END = BEGIN + timedelta(days=364)
SIX = tuple(ResponderId(name) for name in ("ada", "ben", "cem", "dan", "eva", "fay"))
app = application(())


def year() -> Rota:
    """Six people take a week each; Fay leaves in October, and Ada is off for two days in May."""
    rotation = Rotation(
        slots=tuple((who,) for who in SIX),
        first_hand_off=date(2026, 1, 5),
        hand_off_at=time(10),
    )
    layer = Layer(layer_id="weekly", name="Weekly", rotation=rotation)
    edition = Edition(
        holds_from=BEGIN,
        zone="Europe/Berlin",
        layers=(layer,),
        holidays=HolidayCalendar(country="DE"),
    )
    off = Override(
        override_id=UUID(int=1),
        starts_at=datetime(2026, 5, 12, tzinfo=UTC),
        ends_at=datetime(2026, 5, 14, tzinfo=UTC),
        off=SIX[0],
        made_at=BEGIN,
    )
    gone = ((SIX[5], datetime(2026, 10, 1, tzinfo=UTC)),)
    return Rota(editions=(edition,), overrides=(off,), gone=gone)


def answer(request: httpx.Request) -> httpx.Response:
    """Answer as the API does, with reports of the year."""
    if request.url.path.endswith("/coverage"):
        view = coverage_view("payments", year(), BEGIN, END, with_turns=True)
        return httpx.Response(200, json=json.loads(view.model_dump_json()))
    if request.url.path.endswith("/fairness"):
        shown = fairness_view("payments", year(), BEGIN, END)
        return httpx.Response(200, json=json.loads(shown.model_dump_json()))
    if request.url.path.endswith("/warnings"):
        window = TimeWindow(BEGIN, END)
        found = warnings_view(ScheduleId("payments"), {"payments": year()}, [], [], window)
        return httpx.Response(200, json=json.loads(found.model_dump_json()))
    return httpx.Response(200, json={"schedule_id": "payments", "zone": "Europe/Berlin"})


@pytest.fixture(autouse=True)
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    http = httpx.Client(base_url="http://tocsin.test", transport=httpx.MockTransport(answer))
    with Remote("http://tocsin.test", "tocsin_key_x", http=http) as remote:
        monkeypatch.setattr(Remote, "from_environment", lambda *_: remote)
        yield


def tocsin(*words: str) -> Result:
    return CliRunner().invoke(app, words, env={"COLUMNS": "120"})


def test_coverage_of_a_year_is_a_strip_for_each_person_and_a_table_of_gaps() -> None:
    said = tocsin("schedules", "coverage", "payments").output
    assert "95.6" in said or "95." in said
    assert "fay: can be paged no more" in said
    assert "ada: taken off by an override" in said
    assert "nobody" in said
    assert "█" in said


def test_fairness_of_a_year_is_a_row_for_each_person() -> None:
    said = tocsin("schedules", "fairness", "payments").output
    assert all(who in said for who in SIX)
    assert "Weekend hours" in said
    assert "Yellow" in said


def test_warnings_are_gaps_and_what_the_practice_asks_for() -> None:
    said = tocsin("schedules", "warnings", "payments").output
    assert "nobody on call: fay: can be paged no more" in said
    assert "No secondary" in said


@pytest.mark.parametrize("report", ["coverage", "fairness"])
def test_a_drawing_is_one_file_that_needs_nothing_else(tmp_path: Path, report: str) -> None:
    file = tmp_path / "rota.svg"
    assert tocsin("schedules", report, "payments", "--draw", str(file)).exit_code == 0
    root = ET.parse(file).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    text = file.read_text("utf-8")
    assert "href" not in text
    assert all(who in text for who in SIX)


@pytest.mark.parametrize("report", ["coverage", "fairness"])
def test_a_page_has_the_drawing_and_its_numbers(tmp_path: Path, report: str) -> None:
    file = tmp_path / "rota.html"
    tocsin("schedules", report, "payments", "--draw", str(file))
    text = file.read_text("utf-8")
    assert "<svg" in text
    assert "<table>" in text
    assert "fay" in text
    assert "<script" not in text


def test_a_file_of_another_kind_is_refused_and_not_written(tmp_path: Path) -> None:
    file = tmp_path / "rota.pdf"
    said = tocsin("schedules", "coverage", "payments", "--draw", str(file))
    assert said.exit_code == 2
    assert not file.exists()
