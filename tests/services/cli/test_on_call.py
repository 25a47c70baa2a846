"""On call from the command line: times are typed and read in the schedule's own zone."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from services.cli.__main__ import application
from services.cli.on_call.clocks import last_weekday, moment
from services.cli.on_call.rotating import last_hand_off
from services.cli.remote import Remote

app = application(())

ADA = {"responder_id": "ada", "name": "Ada", "layer_id": "rotation", "override_id": None}
GAP = {
    "starts_at": "2026-12-01T10:00:00Z",
    "ends_at": "2026-12-01T11:00:00Z",
    "on_call": [],
    "shadows": [],
    "gap_causes": [{"text": "an override takes ada off"}],
}
SHIFTS = [
    GAP
    | {"starts_at": "2026-12-01T09:00:00Z", "ends_at": "2026-12-01T10:00:00Z"}
    | {"on_call": [ADA], "gap_causes": []},
    GAP,
]
NOW = {
    "schedule_id": "payments",
    "schedule_name": "Payments",
    "team_id": None,
    "zone": "Europe/Berlin",
    "now": SHIFTS[0],
    "next": None,
}


class Api:
    """A Tocsin with one schedule in Berlin, that remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.layers: list[Any] = []
        self.lists: dict[str, Any] = {}  # what it answers, by path

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.method != "GET":
            self.asked.append((request.method, path, json.loads(request.content or "null")))
        return httpx.Response(200, json=self.answer(path, dict(request.url.params)))

    def answer(self, path: str, query: dict[str, str]) -> Any:
        schedule = {"schedule_id": "payments", "zone": "Europe/Berlin", "layers": self.layers}
        if path in self.lists:
            return self.lists[path]
        if path == "/v1/on-call":
            return {"at": query.get("at", "2026-12-01T09:30:00Z"), "schedules": [NOW]}
        if path.endswith("/shifts"):
            return {"zone": "Europe/Berlin", "shifts": SHIFTS}
        if path == "/v1/schedules":
            return {"schedules": [schedule]}
        done = {"status": "done", "version": 2, "warnings": [], "override_id": "o-1"}
        done |= {"number": 7, "absence_id": "a-1"}
        return {**schedule, **done, "until": "2026-12-01T09:00:00Z"}


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    made = Api()
    http = httpx.Client(base_url="http://tocsin.test", transport=httpx.MockTransport(made))
    with Remote("http://tocsin.test", "tocsin_key_x", http=http) as remote:
        monkeypatch.setattr(Remote, "from_environment", lambda *_: remote)
        yield made


def tocsin(*words: str) -> Result:
    return CliRunner().invoke(app, words, env={"COLUMNS": "120"})


def test_a_weekly_rotation_is_set_in_one_line(api: Api) -> None:
    words = ("--name", "Payments", "--zone", "Europe/Berlin", "--rotate", "ada,ben+cem,-")
    told = tocsin("schedules", "set", "payments", *words, "--hand-off", "mon 10:00")
    assert told.output == "Set schedule payments. (version 2)\n"
    [(method, path, body)] = api.asked
    assert (method, path) == ("PUT", "/v1/schedules/payments")
    rotation = body["layers"][0]["rotation"]
    first = rotation.pop("first_hand_off")
    assert date.fromisoformat(first).isoweekday() == 1
    assert rotation == {
        "slots": [["ada"], ["ben", "cem"], []],
        "hand_off_at": "10:00:00",
        "frequency": "weekly",
        "every": 1,
    }


@pytest.mark.parametrize(
    ("now", "weekday", "first"),
    [
        ("2026-11-30T00:25", 1, "2026-11-23"),
        ("2026-11-30T10:00", 1, "2026-11-30"),
        ("2026-12-01T09:00", 1, "2026-11-30"),
        ("2026-11-30T00:25", None, "2026-11-29"),
        ("2026-11-30T23:59", None, "2026-11-30"),
    ],
)
def test_before_the_hour_of_the_hand_off_the_turn_that_is_on_began_the_time_before(
    now: str, weekday: int | None, first: str
) -> None:
    began = last_hand_off(datetime.fromisoformat(now), time(10), weekday)
    assert began.isoformat() == first


def test_the_same_line_a_week_later_changes_nobodys_turn(api: Api) -> None:
    before = {"first_hand_off": "2024-01-01", "hand_off_at": "10:00:00"}
    rotation = before | {"frequency": "weekly", "every": 1}
    api.layers = [{"layer_id": "rotation", "rotation": rotation}]
    words = ("schedules", "set", "payments", "--zone", "Europe/Berlin", "--rotate", "ada,ben")
    tocsin(*words)
    tocsin(*words, "--hand-off", "tue 10:00")
    tocsin(*words, "--first", "2026-11-30")
    first = [body["layers"][0]["rotation"]["first_hand_off"] for _, _, body in api.asked]
    assert first[0] == "2024-01-01"
    assert date.fromisoformat(first[1]).isoweekday() == 2
    assert first[2] == "2026-11-30"


@pytest.mark.parametrize(
    ("wrong", "saying"),
    [
        (("--every", "often"), "no turn"),
        (("--hand-off", "someday 10:00"), "no day of the week"),
        (("--hand-off", "mon ten"), "no time of day"),
        (("--hand-off", ""), "no time of day"),
        (("--first", "soon"), "no day"),
        (("--zone", "Europe/Atlantis"), "not a time zone"),
    ],
)
def test_a_rotation_that_is_none_is_refused_before_anything_is_sent(
    api: Api, wrong: tuple[str, str], saying: str
) -> None:
    words = ("--zone", "Europe/Berlin", "--rotate", "ada,ben")
    told = tocsin("schedules", "set", "payments", *words, *wrong)
    assert told.exit_code == 2
    assert saying in told.output.replace("\n", " ")
    assert not api.asked


def test_a_schedule_without_anybody_is_not_set_by_accident(api: Api) -> None:
    assert tocsin("schedules", "set", "payments", "--zone", "UTC").exit_code == 2
    assert not api.asked


def test_times_of_an_override_are_those_of_the_schedules_zone(api: Api) -> None:
    times = ("--from", "2026-12-01 10:00", "--until", "2026-07-01T10:00:00Z")
    told = tocsin("override", "add", "payments", *times, "--off", "ada", "--on", "ben")
    assert "Made override o-1." in told.output
    [(_, path, body)] = api.asked
    assert path == "/v1/schedules/payments/overrides"
    assert (body["starts_at"], body["ends_at"]) == ("2026-12-01T09:00:00Z", "2026-07-01T10:00:00Z")


def test_only_what_is_named_of_an_override_is_changed(api: Api) -> None:
    tocsin("override", "change", "payments", "o-1", "--from-day", "2026-12-02")
    assert api.asked == [
        ("PATCH", "/v1/schedules/payments/overrides/o-1", {"starts_on": "2026-12-02"})
    ]


def test_who_is_on_call_is_read_with_names_and_the_zone(api: Api) -> None:
    told = tocsin("oncall").output
    assert "Ada" in told
    assert "Tue 01 Dec 11:00" in told  # 10:00 in UTC
    assert "Europe/Berlin" in told


def test_a_gap_is_read_with_what_caused_it(api: Api) -> None:
    told = tocsin("schedules", "shifts", "payments").output
    assert "nobody: an override takes ada off" in told
    strip = tocsin("schedules", "shifts", "payments", "--strip").output
    assert "Tue 01 Dec            A·" in strip


def test_the_pager_is_taken_until_the_time_that_is_told(api: Api) -> None:
    told = tocsin("oncall", "take", "payments").output
    assert told == "You have the pager until Tue 01 Dec 10:00 Europe/Berlin.\n"
    assert api.asked == [("POST", "/v1/schedules/payments/take", {"until": None, "reason": None})]


def test_a_time_can_be_said_from_now_on() -> None:
    now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert moment("+2h", "UTC", now) == "2026-12-01T11:00:00Z"
    assert moment("now", "UTC", now) == "2026-12-01T09:00:00Z"
    assert moment("2026-03-29 02:30", "Europe/Berlin") == "2026-03-29T01:00:00Z"  # skipped


def test_the_last_monday_of_a_monday_is_today() -> None:
    assert last_weekday(1, date(2026, 11, 30)) == date(2026, 11, 30)
    assert last_weekday(1, date(2026, 11, 29)) == date(2026, 11, 23)
