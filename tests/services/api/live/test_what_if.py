"""With the policy as it is, what if gives back what was; whose numbers they are, few are told."""

from typing import Any

import pytest

from events.configuration.api_key import ApiScope
from events.ids import ResponderId
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_backtest import BY_EVE, BY_SCHEDULE, paged, settle

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]


async def asked(
    api: Api,
    policy: dict[str, Any] | None,
    headers: dict[str, str] | None = None,
    **query: Any,
) -> dict[str, Any]:
    position = {"after_position": await api.log.head()}
    body = {"escalation_policy_id": "night", "policy": policy}
    answer = await api.http.post("/v1/what-if", json=body, params=position | query, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_another_policy_is_asked_about_and_nothing_is_stored(api: Api) -> None:
    await settle(api)
    declared = await paged(api)
    who = {"Tocsin-Responder": "ada"}
    taken = await api.http.post(
        f"/v1/incidents/{declared['incident_id']}/acknowledgement", headers=who
    )
    assert taken.status_code == 200, taken.text
    head = await api.log.head()

    for same in (None, BY_SCHEDULE):
        as_it_is = await asked(api, same)
        [incident] = as_it_is["incidents"]
        assert incident["draws"]["no_difference"] == as_it_is["draws"]
        assert incident["took_seconds"] is not None
        assert incident["would_take_seconds"]["p10"] == pytest.approx(incident["took_seconds"])
    changed = await asked(api, BY_EVE, seed=7)
    assert changed["verdicts"]["cannot_say"]["median"] == 1, "nobody knows how eve answers"
    again = await asked(api, BY_EVE, until=changed["ends_at"], seed=7)
    assert (again["incidents"], again["verdicts"]) == (changed["incidents"], changed["verdicts"])
    shares = {one["responder_id"]: one for one in changed["people"]}
    assert (shares["ada"]["before"]["interruptions"], shares["ada"]["after"]["interruptions"]) == (
        1,
        0,
    )
    assert await api.log.head() == head


async def test_whose_numbers_they_are_each_sees_of_their_own(api: Api) -> None:
    await settle(api)
    await paged(api)
    eve = await holder_of(api.log, ApiScope.RESPONDER, responder_id=ResponderId("eve"))
    found = await asked(api, BY_EVE, headers=eve)
    assert ([one["responder_id"] for one in found["people"]], found["people_counted"]) == (
        ["eve"],
        2,
    )


@pytest.mark.parametrize(
    ("body", "query", "status", "field"),
    [
        ({"escalation_policy_id": "nowhere"}, {}, 422, "escalation_policy_id"),
        (
            {"escalation_policy_id": "night", "policy": {"name": "N", "levels": []}},
            {},
            422,
            "levels",
        ),
        ({"escalation_policy_id": "night"}, {"seed": "-1"}, 422, "seed"),
        ({"escalation_policy_id": "night"}, {"from": "2199-01-01T00:00:00Z"}, 422, "from"),
    ],
    ids=["no-policy", "no-levels", "no-seed", "yet-to-come"],
)
async def test_what_cannot_be_asked_is_refused_by_field(
    api: Api, body: dict[str, Any], query: dict[str, str], status: int, field: str
) -> None:
    await settle(api)
    answer = await api.http.post("/v1/what-if", json=body, params=query)
    assert answer.status_code == status, answer.text
    assert field in answer.json()["errors"][0]["field"]
