"""What a monitor sent is listed, shown and replayed at a terminal."""

from typing import Any

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

BECAME: dict[str, Any] = {
    "outcome": "unreadable",
    "reason": "It is not JSON.",
    "incident_id": None,
    "reference": None,
    "alerts": [],
    "alerts_read": None,
    "change_id": None,
}
ARRIVAL: dict[str, Any] = BECAME | {
    "arrival_id": "019aca3f-0000-7000-8000-000000000001",
    "arrived_at": "2026-11-23T03:00:00Z",
    "integration_id": "prometheus",
    "source": "alertmanager",
    "size": 134217728,
    "kept": 524288,
    "sha256": "00",
    "replay_of": None,
}


def test_messages_are_listed_with_what_became_of_each_and_why(api: Api) -> None:
    api.answer = {"arrivals": [ARRIVAL], "next_before": None}
    shown = tocsin("arrivals", "list", "prometheus").output
    assert ARRIVAL["arrival_id"] in shown
    assert "unrea" in shown
    assert api.asked == [("GET", "/v1/integrations/prometheus/arrivals", None)]


def test_a_message_is_shown_as_it_came_but_for_its_secrets(api: Api) -> None:
    api.answer = ARRIVAL | {"headers": {"user-agent": "x"}, "body": "a [redacted]", "redactions": 1}
    shown = tocsin("arrivals", "show", ARRIVAL["arrival_id"]).output
    assert "a [redacted]" in shown
    assert "134217728, 524288 kept" in shown


def test_a_replay_is_a_dry_run_unless_it_is_asked_for_real(api: Api) -> None:
    api.answer = BECAME | {"for_real": False, "arrival_id": None, "redactions": 0}
    assert "nothing happened" in tocsin("arrivals", "replay", "x").output
    tocsin("arrivals", "replay", "x", "--for-real")
    bodies = [body for _, _, body in api.asked]
    assert bodies == [{"for_real": False}, {"for_real": True}]
