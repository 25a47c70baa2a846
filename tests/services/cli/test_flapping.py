"""An alert that flaps is shown on one line for each time that it did."""

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]


def test_each_time_an_alert_flapped_is_one_line_with_what_it_cost(api: Api) -> None:
    flaps = {
        "since": "2026-11-23T03:00:00Z",
        "until": "2026-11-23T05:30:00Z",
        "openings": 17,
        "incidents": 4,
        "pages": 11,
        "pages_at_night": 9,
        "people_woken": 2,
    }
    api.answer = {
        "since": "2026-11-01T00:00:00Z",
        "until": "2026-12-01T00:00:00Z",
        "alerts": [{"title": "DiskFull", "integration_id": "prometheus", "flaps": [flaps]}],
    }
    shown = tocsin("flapping").output
    assert "11-23 03:00" in shown
    assert "2:30 h" in shown
    assert "DiskFull" in shown
    assert api.asked == [("GET", "/v1/metrics/flapping", None)]
