"""What was seen before is shown with what came of it, and nothing is told of what is private."""

from typing import Any

import pytest

from tests.services.api.live.conftest import Api
from tests.services.api.live.test_action_items import CANARY, opened
from tests.services.api.live.test_private_incidents import cast_of, declared_by

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

POOL = "Connection pool to the orders database is exhausted"


async def similar(api: Api, name: str, headers: dict[str, str] | None = None) -> list[Any]:
    query = {"after_position": await api.log.head()}
    answer = await api.http.get(f"/v1/incidents/{name}/similar", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["incidents"]
    return found


async def test_a_similar_incident_comes_with_its_open_action_items_and_what_people_said_of_it(
    api: Api,
) -> None:
    await api.responder("ada")
    first = await api.declare(title=POOL)
    await opened(api, first["reference"], **CANARY)
    for title in ("Mail is late", "Search is stale", "Certificate expired"):
        await api.declare(title=title)
    again = await api.declare(title="Orders fail, connection pool exhausted")
    (seen,) = await similar(api, again["reference"])
    assert (seen["reference"], seen["repeat"]) == (first["reference"], None)
    assert "exhaust" in seen["words"]
    assert [one["text"] for one in seen["open_action_items"]] == [CANARY["text"]]
    assert (seen["factors"], seen["judged_version"]) == ([], 0)

    path = f"/v1/incidents/{again['reference']}/repeats/{first['reference']}"
    for confirmed in (False, True):
        answer = await api.http.put(path, json={"confirmed": confirmed})
        assert answer.status_code == 200, answer.text
        (seen,) = await similar(api, again["reference"])
        assert seen["repeat"] is confirmed


@pytest.mark.parametrize(
    ("later", "earlier", "status", "code"),
    [
        ("first", "again", 422, "request-invalid"),
        ("again", "again", 422, "repeat-refused"),
        ("again", "INC-999999", 404, "incident-not-found"),
    ],
)
async def test_what_cannot_be_a_repeat_is_refused(
    api: Api, later: str, earlier: str, status: int, code: str
) -> None:
    names = {
        "first": (await api.declare(title=POOL))["reference"],
        "again": (await api.declare(title=POOL))["reference"],
    }
    path = f"/v1/incidents/{names[later]}/repeats/{names.get(earlier, earlier)}"
    answer = await api.http.put(path, json={"confirmed": True})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_a_private_incident_is_similar_to_nothing_for_whoever_must_not_know_of_it(
    api: Api,
) -> None:
    cast = await cast_of(api)
    hidden = await declared_by(api, cast.ada, summary=POOL)
    for title in ("Mail is late", "Search is stale"):
        await api.declare(title=title)
    again = await api.declare(title=POOL)
    assert await similar(api, again["reference"], cast.eve) == []
    path = f"/v1/incidents/{again['reference']}/repeats/{hidden['reference']}"
    refused = await api.http.put(path, json={"confirmed": True}, headers=cast.eve)
    assert refused.status_code == 404
