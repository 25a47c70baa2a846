"""The posts of a status page: of all its incidents, and no word of ours to whoever may not know."""

from typing import Any

import pytest

from tests.services.api.live.conftest import Api
from tests.services.api.live.test_private_incidents import SECRET, cast_of
from tests.services.api.live.test_team_only import of_payroll, put, set_up

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

CHECKOUT = {"status_page_id": "acme", "component_id": "checkout", "status": "major_outage"}
POST = {
    "status_page_ids": ["acme"],
    "title": "Payments fail",
    "state": "investigating",
    "text": "Some payments fail.",
    "affected": [CHECKOUT],
}


async def pages(api: Api, *names: str) -> None:
    parts = [{"component_id": "checkout", "name": "Checkout"}]
    for name in names:
        await put(api, f"status-pages/{name}", {"name": name.title(), "components": parts})


async def tell(api: Api, incident: str, **more: Any) -> None:
    answer = await api.http.post(f"/v1/incidents/{incident}/public-posts", json={**POST, **more})
    assert answer.is_success, answer.text


async def told(api: Api, who: dict[str, str] | None = None, **query: Any) -> dict[str, Any]:
    asked = query if "as_of" in query else {"after_position": await api.log.head(), **query}
    answer = await api.http.get("/v1/status-pages/acme/public-posts", params=asked, headers=who)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_the_posts_of_all_incidents_of_a_page_are_one_list_the_newest_first(
    api: Api,
) -> None:
    await pages(api, "acme", "office")
    first, second, elsewhere = [await api.started(title="Checkout fails") for _ in range(3)]
    await tell(api, first["incident_id"])
    away = {**CHECKOUT, "status_page_id": "office"}
    both = ["acme", "office"]
    more = {"title": "Search is slow", "affected": [away, CHECKOUT], "status_page_ids": both}
    await tell(api, second["incident_id"], **more)
    await tell(api, elsewhere["incident_id"], affected=[], status_page_ids=["office"])
    await tell(api, first["incident_id"], title=None, state="resolved", affected=[])
    mended = {"text": "Some card payments fail."}
    path = f"/v1/incidents/{first['incident_id']}/public-posts/1"
    assert (await api.http.put(path, json=mended)).is_success
    posts = (await told(api))["posts"]
    assert [(one["reference"], one["number"], one["title"]) for one in posts] == [
        (first["reference"], 2, "Payments fail"),
        (second["reference"], 1, "Search is slow"),
        (first["reference"], 1, "Payments fail"),
    ]
    assert posts[1]["affected"] == [CHECKOUT]
    assert (posts[2]["text"], posts[2]["corrected_at"] is None) == (mended["text"], False)
    whole = await api.http.get(f"/v1/incidents/{first['incident_id']}/public-posts")
    for mine, own in zip([posts[2], posts[0]], whole.json()["posts"], strict=True):
        assert {name: mine[name] for name in own} == own
    cursor, parts = None, []
    for _ in posts:
        part = await told(api, limit=1, **({"cursor": cursor} if cursor else {}))
        parts += part["posts"]
        cursor = part["next_cursor"]
    assert (parts, cursor) == (posts, None)


async def test_whoever_may_not_know_of_an_incident_reads_what_customers_read(api: Api) -> None:
    cast = await set_up(api)
    await pages(api, "acme")
    declared = await of_payroll(api)
    await tell(api, declared["incident_id"])
    for who in (cast.ada, cast.auditor, {}):
        [post] = (await told(api, who))["posts"]
        assert post["incident_id"] == declared["incident_id"]
    for who in cast.outsiders:
        shown = await told(api, who)
        [post] = shown["posts"]
        known = ("incident_id", "reference", "published_by", "corrected_by")
        assert [post[name] for name in known] == [None] * len(known)
        assert (post["title"], post["text"]) == ("Payments fail", "Some payments fail.")
        for word in (declared["reference"], declared["incident_id"], SECRET):
            assert word not in str(shown)


async def test_what_became_private_is_gone_for_everybody_and_from_the_past(api: Api) -> None:
    cast = await cast_of(api)
    await pages(api, "acme")
    incident = (await api.started(title=SECRET))["incident_id"]
    await tell(api, incident)
    before = await api.log.head()
    assert len((await told(api, as_of=before))["posts"]) == 1
    answer = await api.give(incident, "privacy", {"reason": "A person is named"})
    assert answer.is_success, answer.text
    for who in (cast.ada, cast.eve, {}):
        assert (await told(api, who))["posts"] == []
        assert (await told(api, who, as_of=before))["posts"] == []


async def test_a_page_that_is_not_up_has_no_posts(api: Api) -> None:
    await pages(api, "acme")
    await told(api)
    assert (await api.http.delete("/v1/status-pages/acme")).is_success
    after = {"after_position": await api.log.head()}
    for name in ("acme", "nowhere"):
        answer = await api.http.get(f"/v1/status-pages/{name}/public-posts", params=after)
        assert (answer.status_code, answer.json()["code"]) == (404, "status-page-not-found")
    await pages(api, "acme")
    wrong = await api.http.get(
        "/v1/status-pages/acme/public-posts",
        params={"cursor": "bm8", "after_position": await api.log.head()},
    )
    assert wrong.status_code == 422, wrong.text
