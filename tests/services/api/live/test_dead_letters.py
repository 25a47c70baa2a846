"""Dead letters outlive the process, say why they are some, and show their text to few."""

import pytest

from events.configuration.api_key import ApiScope
from tests.eventually import eventually
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api

pytestmark = pytest.mark.stack

SECRET = b"alert: disk full, password=hunter22 \x1b[31m"


async def webhook_of(api: Api) -> str:
    service = {"name": "Checkout", "escalation_policy_id": None}
    await api.http.put("/v1/services/checkout", json=service)
    body = {"name": "Prometheus", "service_id": "checkout"}
    made = (await api.http.post("/v1/integrations", json=body)).json()
    return f"/v1/integrations/{made['key']}/alertmanager"


async def test_what_could_not_be_read_is_listed_counted_and_named_by_health(
    alone: Api, projected: None
) -> None:
    path = await webhook_of(alone)
    for content in (SECRET, SECRET, b"{}"):
        assert (await alone.http.post(path, content=content)).status_code == 400
    letters = (await alone.http.get("/v1/dead-letters")).json()["dead_letters"]
    assert [(one["reason"], one["times"], one["size"]) for one in letters] == [
        ("It is a JSON object that names no alert.", 1, 2),
        ("It is not JSON.", 2, len(SECRET)),
    ]
    assert {one["source"] for one in letters} == {"alertmanager"}
    assert letters[0]["integration_id"] == path.split("_")[2]
    (older,) = (
        await alone.http.get("/v1/dead-letters", params={"before": letters[0]["number"]})
    ).json()["dead_letters"]
    assert older == letters[1]

    async def named() -> bool:
        ready = (await alone.http.get("/health/ready")).json()
        return "alerts: 2 dead letters in the last hour" in ready.get("degraded", ())

    await eventually("health names the dead letters", named)  # a busy machine is not ready at once
    told = (await alone.http.get("/metrics")).text
    assert 'tocsin_dead_letters_total{source="alertmanager"} 3.0' in told.splitlines()


async def test_a_dead_letter_is_sealed_and_opened_only_for_who_may_read_the_whole_log(
    alone: Api,
) -> None:
    await alone.http.post(await webhook_of(alone), content=SECRET)
    stored = await alone.log.database.fetchval("select row_to_json(d)::text from es.dead_letter d")
    assert "hunter22" not in stored
    assert b"hunter22".hex() not in stored
    (letter,) = (await alone.http.get("/v1/dead-letters")).json()["dead_letters"]
    assert "hunter22" not in str(letter)
    url = f"/v1/dead-letters/{letter['number']}"
    opened = (await alone.http.get(url)).json()
    assert opened["beginning"] == "alert: disk full, password=[redacted] "
    headers = await holder_of(alone.log, ApiScope.RESPONDER)
    assert (await alone.http.get(url, headers=headers)).status_code == 403
    missing = await alone.http.get("/v1/dead-letters/99")
    assert (missing.status_code, missing.json()["code"]) == (404, "dead-letter-not-found")
