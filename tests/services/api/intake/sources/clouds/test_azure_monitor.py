"""Azure Monitor: the common alert schema.

Body: the sample of a metric alert in Microsoft's documentation of the schema; it fires by one word.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.clouds.azure_monitor import SOURCE
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import story_of

RESOLVED = recorded("azure_monitor/resolved.json")


def sent(**essentials: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(RESOLVED)
    fired = {"monitorCondition": "Fired", "resolvedDateTime": None}
    body["data"]["essentials"] |= fired | essentials
    return body


def test_an_alert_that_fires_says_what_was_measured_and_where() -> None:
    (signal,) = signals_by(SOURCE, sent())
    assert signal.firing
    assert signal.title == "WCUS-R2-Gen2 on wcus-r2-gen2"
    assert signal.severity is Severity.SEV4
    assert signal.started_at == datetime(2019, 3, 22, 13, 58, 24, 371321, tzinfo=UTC)
    assert read_by(SOURCE, sent()).summary == "Percentage CPU is 7.727, GreaterThan 25"


def test_its_resolution_is_the_end_of_the_same_alert() -> None:
    (signal,) = signals_by(SOURCE, RESOLVED)
    assert not signal.firing
    assert signal.dedup_key == signals_by(SOURCE, sent())[0].dedup_key
    assert signal.ended_at == datetime(2019, 3, 22, 14, 3, 16, 224631, tzinfo=UTC)


@pytest.mark.parametrize(
    ("essentials", "severity"),
    [
        ({"severity": "Sev0"}, Severity.SEV1),
        ({"severity": "Sev1"}, Severity.SEV2),
        ({"severity": "Sev2"}, Severity.SEV3),
        ({"severity": "Sev9"}, None),
        ({"severity": None}, None),
        ({"configurationItems": None, "alertTargetIDs": "x", "alertRule": None}, Severity.SEV4),
        ({"firedDateTime": "soon", "monitorCondition": None}, Severity.SEV4),
        ({"alertId": ""}, Severity.SEV4),
    ],
)
def test_what_is_odd_costs_no_page(essentials: Any, severity: Severity | None) -> None:
    (signal,) = signals_by(SOURCE, sent(**essentials))
    assert signal.firing
    assert signal.severity is severity


@pytest.mark.parametrize(
    "context", [None, {}, {"condition": None}, {"condition": {"allOf": [1, {}]}}, {"condition": 1}]
)
def test_a_context_of_any_kind_costs_no_page(context: Any) -> None:
    body = sent()
    body["data"]["alertContext"] = context
    assert signals_by(SOURCE, body)[0].firing


async def test_an_alert_is_one_incident_until_azure_resolves_it(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "azure-monitor")
    bodies = (sent(), sent(), json.loads(RESOLVED))
    answers = [(await client.post(url, json=body)).json()["outcome"] for body in bodies]
    assert answers == ["opened", "unchanged", "unchanged"]
    assert not (await story_of(dependencies.log)).open_alerts


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"schemaId": "AzureMonitorMetricAlert", "data": {}}',
        b'{"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": {}}}',
        b'{"schemaId": "azureMonitorCommonAlertSchema", "data": []}',
        b"[" * 10_000,
    ],
)
async def test_what_names_no_alert_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes
) -> None:
    url = await door_for(client, dependencies, "azure-monitor")
    assert (await client.post(url, content=body)).status_code in {400, 422}
    assert len(await dependencies.dead_letters.newest(10)) == 1
