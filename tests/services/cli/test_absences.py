"""Absences from the command line: added by hand, taken over from a calendar, listed, removed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.services.cli.test_on_call import Api, api, app, tocsin

__all__ = ["api"]

ABSENCES = "/v1/responders/ada/absences"
CALENDAR = "BEGIN:VCALENDAR\nEND:VCALENDAR\n"
WEEK = ("--from", "2026-12-24 18:00", "--until", "2026-12-31")


def test_an_absence_is_added_in_the_zone_that_is_given(api: Api) -> None:
    told = tocsin("absences", "add", "ada", *WEEK, "--zone", "Europe/Berlin")
    assert told.output == "Entered absence a-1 of ada. (version 2)\n"
    times = {"starts_at": "2026-12-24T17:00:00Z", "ends_at": "2026-12-30T23:00:00Z"}
    assert api.asked == [("POST", ABSENCES, times)]


def test_an_absence_without_a_zone_is_in_utc(api: Api) -> None:
    tocsin("absences", "add", "ada", *WEEK)
    [(_, _, times)] = api.asked
    assert times == {"starts_at": "2026-12-24T18:00:00Z", "ends_at": "2026-12-31T00:00:00Z"}


@pytest.mark.parametrize(
    ("wrong", "saying"),
    [
        (("--zone", "Europe/Atlantis"), "not a time zone"),
        (("--from", "soon"), "no time"),
        (("--until", ""), "no time"),
        (("--from", "0001-01-01T00:00:00+14:00"), "no time"),
        (("--until", "9999-12-31T23:59:59-12:00"), "no time"),
    ],
)
def test_a_time_or_zone_that_is_none_is_refused_before_anything_is_sent(
    api: Api, wrong: tuple[str, str], saying: str
) -> None:
    told = tocsin("absences", "add", "ada", *WEEK, *wrong)
    assert told.exit_code == 2
    assert saying in " ".join(told.output.replace("│", " ").split())
    assert not api.asked


def test_absences_are_listed_with_who_said_them(api: Api) -> None:
    times = {"starts_at": "2026-12-24T17:00:00Z", "ends_at": "2026-12-30T23:00:00Z"}
    said = [
        times | {"calendar": None, "absence_id": "a-1"},
        times | {"calendar": "own", "absence_id": "a-2"},
    ]
    api.lists[ABSENCES] = {"absences": said}
    told = tocsin("absences", "list", "ada").output.splitlines()
    assert ("by hand" in told[1], "a-1" in told[1]) == (True, True)
    assert ("own" in told[2], "a-2" in told[2]) == (True, True)
    assert "2026-12-24 17:00" in told[1]


def test_a_calendar_is_taken_over_from_a_file_by_its_name(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "ada.ics"
    file.write_text(CALENDAR, encoding="utf-8")
    words = ("--calendar", "outlook", "--zone", "Europe/Berlin")
    told = tocsin("absences", "import", "ada", str(file), *words)
    assert told.output == "Took over calendar outlook of ada. (version 2)\n"
    body = {"content": CALENDAR, "zone": "Europe/Berlin"}
    assert api.asked == [("PUT", "/v1/responders/ada/absence-calendars/outlook", body)]


def test_a_calendar_is_taken_over_from_the_input(api: Api) -> None:
    CliRunner().invoke(app, ("absences", "import", "ada", "-"), input=CALENDAR)
    body = {"content": CALENDAR, "zone": "UTC"}
    assert api.asked == [("PUT", "/v1/responders/ada/absence-calendars/own", body)]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["no file", "no text"])
def test_a_calendar_that_cannot_be_read_is_named(
    api: Api, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "ada.ics"
    if content is not None:
        file.write_bytes(content)
    told = tocsin("absences", "import", "ada", str(file))
    assert told.exit_code == 2
    assert "cannot be read" in " ".join(told.output.replace("│", " ").split())
    assert not api.asked


def test_an_absence_is_removed(api: Api) -> None:
    told = tocsin("absences", "remove", "ada", "a-1")
    assert told.output == "Removed the absence of ada. (version 2)\n"
    assert api.asked == [("DELETE", f"{ABSENCES}/a-1", None)]
