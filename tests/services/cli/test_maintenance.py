"""Maintenance is planned, extended and ended at a terminal."""

from pathlib import Path

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

WINDOW = "/v1/maintenance-windows/db"


def test_a_window_is_planned_for_a_service_and_a_length(api: Api) -> None:
    start = "2026-12-01T22:00:00Z"
    said = tocsin(
        *("maintenance", "plan", "db", "--name", "Upgrade", "--reason", "PostgreSQL 19"),
        *("--service", "checkout", "--from", start, "--for", "2h"),
    )
    assert said.exit_code == 0, said.output
    [(method, path, body)] = api.asked
    assert (method, path) == ("PUT", WINDOW)
    assert body == {
        "name": "Upgrade",
        "reason": "PostgreSQL 19",
        "service_ids": ["checkout"],
        "starts_at": start,
        "ends_at": "2026-12-02T00:00:00+00:00",
    }


def test_a_recurring_window_comes_from_a_file(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "window.yaml"
    file.write_text(
        "name: Backups\nreason: Slow\n"
        'recurrence: {first_on: 2026-12-06, starts: "03:00:00", zone: UTC, rrule: FREQ=DAILY}\n'
    )
    assert tocsin("maintenance", "plan", "db", "--file", str(file)).exit_code == 0
    [(_, _, body)] = api.asked
    assert body["recurrence"]["first_on"] == "2026-12-06"
    assert body["recurrence"]["starts"] == "03:00:00"


def test_two_ends_are_refused_before_anything_is_sent(api: Api) -> None:
    said = tocsin("maintenance", "plan", "db", "--until", "2026-12-02T00:00:00Z", "--for", "2h")
    assert said.exit_code == 2
    assert not api.asked


def test_what_runs_is_extended_ended_and_cancelled_with_a_reason(api: Api) -> None:
    until = "2026-12-02T01:00:00Z"
    tocsin("maintenance", "extend", "db", "--until", until, "--reason", "Longer")
    tocsin("maintenance", "end", "db", "--reason", "Done")
    tocsin("maintenance", "cancel", "db", "--reason", "Postponed")
    assert api.asked == [
        ("POST", f"{WINDOW}/extension", {"until": until, "reason": "Longer"}),
        ("POST", f"{WINDOW}/end", {"reason": "Done"}),
        ("POST", f"{WINDOW}/cancellation", {"reason": "Postponed"}),
    ]


def test_a_preview_says_what_would_be_held_back(api: Api) -> None:
    api.answer = {
        "firing": 1,
        "last_week": 2,
        "last_week_of": 9,
        "alerts": [
            {"title": "Disk full", "state": "triggered", "triggered_at": "2026-12-01T20:00:00Z"}
        ],
        "warnings": [],
    }
    said = tocsin("maintenance", "preview", "--service", "checkout")
    assert "fits 1 alerts that fire now, and 2 of 9" in said.output
    assert "Disk full" in said.output
    assert api.asked == [("POST", "/v1/maintenance-windows/preview", {"service_ids": ["checkout"]})]


def test_alerts_that_were_held_back_are_listed_with_what_became_of_them(api: Api) -> None:
    api.answer = {
        "alerts": [
            {
                "title": "Disk full",
                "since": "2026-12-01T20:00:00Z",
                "until": None,
                "became": "held",
                "incident_id": None,
            }
        ]
    }
    said = tocsin("maintenance", "alerts", "db")
    assert "Disk full" in said.output
    assert "held" in said.output
