"""GoAlert's generic API: at its own path, with its token and its answers.

Bodies: `sent.json` recorded from Apprise 2.3.0; `sent.form` with the fields that the client of
GoAlert's own smoke tests posts (`createGenericAlert`).
"""

from typing import Any

import pytest
from httpx import AsyncClient

from services.api.dependencies import Dependencies
from services.api.intake.sources.platforms.goalert import SOURCE
from services.intake.arrival import Arrival
from tests.services.api.intake.doors import door_for, recorded
from tests.services.api.intake.monitor import SENDER, STARTED, signals_in, story_of

PATH = "/api/v2/generic/incoming"
SENT = recorded("goalert/sent.json")
FORM = recorded("goalert/sent.form")
DOCUMENTED = {"summary": "test", "details": "test"}  # goalert.me, "Alerting From Generic API"


def call_in(body: bytes, **query: str) -> Any:
    reader = SOURCE.reader(Arrival(sender=SENDER, at=STARTED, query=query))
    reader.feed(body)
    return reader.finish()


def signal_in(body: bytes, **query: str) -> Any:
    (signal,) = signals_in(call_in(body, **query).batch)
    return signal


async def key_of(client: AsyncClient, dependencies: Dependencies) -> str:
    return (await door_for(client, dependencies, "goalert")).split("/")[3]


@pytest.mark.parametrize("body", [SENT, FORM], ids=["JSON", "form"])
def test_a_call_is_one_alert_by_its_dedup(body: bytes) -> None:
    signal = signal_in(body)
    assert (signal.firing, signal.dedup_key) == (True, "backup-db-1")
    assert signal.title == "Backup of db-1 failed"
    assert signal.annotations["description"] == "pg_basebackup: could not connect"


def test_the_query_says_what_the_body_leaves_out() -> None:
    assert signal_in(b"", **DOCUMENTED).title == "test"
    assert signal_in(SENT, summary="other", action="close").title == "Backup of db-1 failed"
    assert not signal_in(SENT, action="close").firing


def test_without_a_dedup_summary_and_details_are_the_name() -> None:
    keys = [
        signal_in(b"", summary="test", details=details).dedup_key for details in ("", "a", "a", "b")
    ]
    assert keys[1] == keys[2]
    assert len(set(keys)) == 3


@pytest.mark.parametrize("place", ["query", "header", "form", "JSON"])
async def test_a_sender_moves_by_its_address_and_its_token(
    client: AsyncClient, dependencies: Dependencies, place: str
) -> None:
    key = await key_of(client, dependencies)
    by_place: dict[str, Any] = {
        "query": {"params": {"token": key, "summary": "test", "dedup": "disk-check"}},
        "header": {"headers": {"Authorization": f"Bearer {key}"}, "json": DOCUMENTED},
        "form": {"content": FORM.replace(b"KEY", key.encode())},
        "JSON": {"json": {**DOCUMENTED, "token": key}},
    }
    answer = await client.post(PATH, **by_place[place])
    assert (answer.status_code, answer.content) == (204, b"")
    assert len((await story_of(dependencies.log)).open_alerts) == 1


async def test_whoever_asks_for_json_hears_whether_the_alert_is_new(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    query = {"token": await key_of(client, dependencies), **DOCUMENTED}
    headers = {"Accept": "application/json"}
    answers = [(await client.post(PATH, params=query, headers=headers)).json() for _ in range(2)]
    assert [one["IsNew"] for one in answers] == [True, False]
    assert {one["ServiceID"] for one in answers} == {"checkout"}
    assert len({one["AlertID"] for one in answers}) == 1
    closed = await client.post(PATH, params={**query, "action": "close"})
    assert closed.status_code == 204
    assert not (await story_of(dependencies.log)).open_alerts


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{}", 422),
        (b"", 422),
        (b'{"summary": " "}', 422),
        (b'{"action": "close"}', 422),
        (b"[1]", 422),
        (b'{"summary": "a", "summary": "b"}', 400),
        (b"summary=a&summary=b", 400),
        (b"\xff\xfe", 400),
        (b"[" * 10_000, 400),
    ],
)
async def test_what_names_no_alert_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes, status: int
) -> None:
    key = await key_of(client, dependencies)
    answer = await client.post(PATH, content=body, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == status, answer.text
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.source == "goalert"


async def test_nobodys_token_is_refused(client: AsyncClient) -> None:
    for token in ({}, {"token": "ab12cd34-ab12-4c5d-8e9f-0123456789ab"}):
        assert (await client.post(PATH, params={**DOCUMENTED, **token})).status_code == 401
