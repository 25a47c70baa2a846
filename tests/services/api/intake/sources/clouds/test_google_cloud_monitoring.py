"""Google Cloud Monitoring: its incidents as alerts.

Bodies: Google's documented test message; one incident that opened and one that closed, as
Canary Checker recorded them.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.clouds.google_cloud_monitoring import SOURCE
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import story_of

OPEN = recorded("google_cloud_monitoring/open.json")
CLOSED = recorded("google_cloud_monitoring/closed.json")
TEST = recorded("google_cloud_monitoring/test.json")


def sent(**members: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(OPEN)
    body["incident"] |= members
    return body


def test_an_open_incident_is_an_alert_with_what_google_says_of_it() -> None:
    (signal,) = signals_by(SOURCE, OPEN)
    assert signal.firing
    assert signal.title == (
        "Test-incident-canary: gke-hub-cluster-private-pool-containe-de26c8a2-0se1"
    )
    assert signal.severity is Severity.SEV2
    assert signal.labels["zone"] == "europe-west1-b"
    assert signal.labels["loadbalanced"] == "false"
    assert signal.annotations["observed"] == "7679.000"
    assert signal.started_at == datetime.fromtimestamp(1746178794, UTC)
    assert not signal.mended
    assert read_by(SOURCE, OPEN).summary.startswith("Sent packets for flanksource-sandbox")


def test_a_closed_incident_is_over() -> None:
    (signal,) = signals_by(SOURCE, CLOSED)
    assert not signal.firing
    assert signal.ended_at == datetime.fromtimestamp(1746178747, UTC)


def test_the_test_message_fires_from_now() -> None:
    (signal,) = signals_by(SOURCE, TEST)
    assert (signal.firing, signal.start_known) == (True, False)
    assert read_by(SOURCE, TEST).summary == "Test Incident\nTest documentation"


@pytest.mark.parametrize(
    ("members", "fires"),
    [
        ({"state": "OPEN"}, [True]),
        ({"state": "Closed"}, [False]),
        ({"state": None}, [True]),
        ({"state": "acknowledged"}, []),
        ({"resource": None, "metric": 3, "policy_user_labels": ["a"]}, [True]),
        ({"documentation": {"content": None}, "severity": "No severity"}, [True]),
        ({"policy_name": "", "condition_name": "", "summary": ""}, [True]),
        ({"started_at": "x", "ended_at": -1}, [True]),
    ],
)
def test_what_is_odd_costs_no_page(members: Any, fires: list[bool]) -> None:
    assert [one.firing for one in signals_by(SOURCE, sent(**members))] == fires


async def test_an_incident_there_is_one_here_until_it_is_closed(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "google-cloud-monitoring")
    bodies = (sent(), sent(), sent(state="closed", ended_at=1746178999))
    answers = [(await client.post(url, json=body)).json()["outcome"] for body in bodies]
    assert answers == ["opened", "unchanged", "unchanged"]
    assert not (await story_of(dependencies.log)).open_alerts


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"incident": {}}', b'{"incident": {"incident_id": " "}}', b"\xff"]
)
async def test_what_names_no_incident_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes
) -> None:
    url = await door_for(client, dependencies, "google-cloud-monitoring")
    assert (await client.post(url, content=body)).status_code in {400, 422}
    assert len(await dependencies.dead_letters.newest(10)) == 1
