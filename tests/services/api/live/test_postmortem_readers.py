"""An edition for a team is read by the team, by who worked on it, and by nobody else."""

import json
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import asdict

from projections.communication.public_stories import PUBLIC_STORY, stories_of
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_postmortems import Desk, begun
from tests.services.api.live.test_private_incidents import (
    Cast,
    asked,
    cast_of,
    operations,
    path_to,
)
from tests.services.api.live.test_team_only import own, put

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

INTERNAL = "The release zebra went to all servers."
TEXT = {
    "summary": "Some card payments failed for 35 minutes.",
    "what_happened": "A release could not reach one of our databases.",
    "what_we_do": "Releases go to one server first.",
}
PAGE = {"name": "Acme", "components": [{"component_id": "checkout", "name": "Checkout"}]}
POST = {
    "status_page_ids": ["acme"],
    "title": "Payments fail",
    "state": "resolved",
    "text": "Card payments work again.",
}
GONE = {"reason": "Nobody is left"}


async def of_the_team(api: Api) -> tuple[Cast, Desk]:
    """Have Ada's team own the service of an incident whose postmortem is written."""
    cast = await cast_of(api)
    team = {"name": "Payroll", "members": [{"responder_id": "ada", "manager": True}]}
    await put(api, "teams/payroll", team)
    await own(api, "wages", "payroll")
    desk = await begun(api, service_id="wages")
    await desk.done("PUT", "/author", {"author_id": "cem"})
    assert (await desk.write("impact", INTERNAL)).is_success
    factor = {"factor_kind": "trigger", "category": "deploy", "text": "Zebra", "primary": True}
    await desk.done("POST", "/factors", factor)
    return cast, desk


async def published(desk: Desk, visibility: str) -> None:
    """Publish it, and let the readers of it be known."""
    after = {"Tocsin-After-Position": str(await desk.api.log.head())}
    body = {**GONE, "visibility": visibility}
    await desk.done("POST", "/publication", body, **after)
    await desk.shown()


async def test_no_operation_tells_others_of_an_edition_for_the_team(api: Api, routed: Any) -> None:
    cast, desk = await of_the_team(api)
    assert (await desk.ask("GET", "", None, **cast.eve)).is_success  # a draft is there for all
    await published(desk, "team")
    about = (await desk.shown())["incident_id"]
    doors = [one for one in operations(routed.openapi()) if "/postmortem" in one[1]]
    assert len(doors) > 30
    for method, path in doors:
        for who in (cast.eve, cast.observer):
            answer = await asked(api, who, method, path_to(path, about))
            assert answer.status_code == 403, (method, path, answer.text)
            assert "zebra" not in answer.text.lower()
    for who in (cast.ada, cast.auditor, cast.admin_for_ada):
        assert INTERNAL in (await desk.ask("GET", ".md", None, **who)).text


async def test_what_the_team_kept_is_in_no_search_and_in_no_similar_incident(api: Api) -> None:
    cast, desk = await of_the_team(api)
    for other in ("Mail is late", "Search is stale", "Certificate expired"):
        await api.declare(title=other)
    again = await api.declare(title=(await desk.shown())["title"], service_id="wages")
    await published(desk, "team")
    head = {"after_position": await api.log.head()}
    similar = f"/v1/incidents/{again['reference']}/similar"
    for who, factors in ((cast.ada, 1), (cast.eve, 0)):
        answer = await api.http.get(similar, params=head, headers=who)
        [seen] = answer.json()["incidents"]
        assert len(seen["factors"]) == factors
        found = await api.http.get("/v1/incidents", params={**head, "q": "zebra"}, headers=who)
        assert found.json()["incidents"] == []


async def test_the_next_edition_may_be_for_everyone_and_a_team_has_to_be_there(api: Api) -> None:
    cast, desk = await of_the_team(api)
    await published(desk, "team")
    await desk.done("POST", "/revision", None)
    await desk.shown()
    assert (await desk.ask("GET", "", None, **cast.eve)).status_code == 403  # as the one before
    await published(desk, "everyone")
    assert (await desk.ask("GET", "", None, **cast.eve)).is_success
    alone = await begun(api)
    refused = await alone.ask("POST", "/publication", {**GONE, "visibility": "team"})
    assert (refused.status_code, refused.json()["field"]) == (422, "visibility")


async def test_customers_read_their_own_text_and_only_while_an_edition_is_for_them(
    api: Api,
) -> None:
    await put(api, "status-pages/acme", PAGE)
    desk = await begun(api)
    incident = desk.path.removesuffix("/postmortem")
    about = UUID((await desk.shown())["incident_id"])
    public = {**GONE, "visibility": "public"}
    assert (await desk.ask("POST", "/publication", public)).status_code == 422
    assert (await api.http.post(f"{incident}/public-posts", json=POST)).is_success
    assert (await desk.write("impact", INTERNAL)).is_success
    assert (await desk.ask("POST", "/publication", public)).status_code == 422
    await desk.done("PUT", "/public-text", TEXT, **{"If-Match": '"0"'})
    late = await desk.ask("PUT", "/public-text", {**TEXT, "summary": "-"}, **{"If-Match": '"0"'})
    assert (late.status_code, late.json()["code"]) == (412, "section-changed")
    assert await told(api, about) is None
    await published(desk, "public")
    story = await told(api, about)
    assert story is not None
    assert {name: story[name] for name in TEXT} == TEXT
    assert "zebra" not in json.dumps(story, default=str)
    await desk.done("POST", "/revision", None)
    assert await told(api, about) is not None  # the one before stays as it was published
    await published(desk, "everyone")
    assert await told(api, about) is None


async def test_an_erased_text_is_gone_from_what_customers_read(api: Api) -> None:
    await put(api, "status-pages/acme", PAGE)
    desk = await begun(api)
    incident = desk.path.removesuffix("/postmortem")
    assert (await api.http.post(f"{incident}/public-posts", json=POST)).is_success
    await desk.done("PUT", "/public-text", TEXT, **{"If-Match": '"0"'})
    await published(desk, "public")
    shown = await desk.shown()
    about, text_id = UUID(shown["incident_id"]), shown["public_text"]["text_id"]
    await desk.done("DELETE", f"/texts/{text_id}", {"reason": "It named a customer"})
    assert (await desk.shown())["public_text"]["erased"]
    assert await told(api, about) is None
    async with api.log.database.connection() as connection:
        rows = (await PUBLIC_STORY.load(connection, [about])).values()
    assert "card" not in json.dumps([asdict(one) for one in rows], default=str)


async def told(api: Api, incident_id: UUID) -> dict[str, Any] | None:
    """Return what customers read of an incident, once everything is known."""
    await api.http.get("/v1/status-pages", params={"after_position": await api.log.head()})
    async with api.log.database.connection() as connection:
        row = (await stories_of(connection, [incident_id])).get(incident_id)
    return None if row is None or row.shown is None else asdict(row.shown)
