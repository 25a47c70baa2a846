"""Nothing is open by omission."""

import re

import pytest
from fastapi import APIRouter, FastAPI
from httpx import AsyncClient

from services.access.permissions import SCOPES, Permission
from services.api import app as application
from services.api.dependencies import Dependencies
from services.api.http.guard import Requires, api_router, operations, requires


def test_every_operation_asks_for_a_permission_or_says_why_it_is_public(app: FastAPI) -> None:
    marks = [mark for _, mark in operations(app.router.routes)]
    assert marks
    assert None not in marks


def test_an_app_has_the_routes_of_its_routers_and_makes_none_anew(app: FastAPI) -> None:
    theirs = {id(route) for router in application.ROUTERS for route in router.routes}
    assert {id(route) for route in app.router.routes} == theirs


@pytest.mark.parametrize("router", [APIRouter(), api_router("bare")])
def test_an_app_with_an_unguarded_operation_is_never_built(
    router: APIRouter, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    router.add_api_route("/v1/bare", lambda: None)
    monkeypatch.setattr(application, "ROUTERS", (router,))
    with pytest.raises(RuntimeError, match="/v1/bare"):
        application.create_app(dependencies)


def test_an_app_with_two_marks_on_an_operation_is_never_built(
    dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = api_router("twice")
    marks = [requires(Permission.INCIDENT_READ), requires(Permission.LOG_READ)]
    router.add_api_route("/v1/twice", lambda: None, dependencies=marks)
    monkeypatch.setattr(application, "ROUTERS", (router,))
    with pytest.raises(RuntimeError, match="/v1/twice: name one permission"):
        application.create_app(dependencies)


async def test_every_guarded_operation_refuses_a_caller_without_a_key(
    app: FastAPI, client: AsyncClient
) -> None:
    for route, mark in operations(app.router.routes):
        if isinstance(mark, Requires):
            for method in route.methods or ():
                answer = await client.request(method, route.path)
                assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")


def test_only_admins_and_responders_change_anything() -> None:
    writing = {Permission.INCIDENT_DECLARE, Permission.INCIDENT_COMMAND}
    assert [scope for scope, carried in SCOPES.items() if carried & writing] == [
        "admin",
        "responder",
    ]


async def test_an_unknown_path_and_a_wrong_method_are_problems(client: AsyncClient) -> None:
    missing = await client.get("/nothing/here")
    assert (missing.status_code, missing.json()["code"]) == (404, "route-not-found")
    wrong = await client.delete("/health/live")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method-not-allowed")
    assert wrong.headers["content-type"] == "application/problem+json"
    assert wrong.headers["allow"] == "GET"
    assert wrong.headers["x-content-type-options"] == "nosniff"


async def test_a_wrong_method_is_told_every_method_of_the_path(
    app: FastAPI, client: AsyncClient
) -> None:
    methods: dict[str, set[str]] = {}
    for route, _ in operations(app.router.routes):
        methods.setdefault(route.path, set()).update(route.methods or ())
    for template, taken in methods.items():
        path = re.sub(r"\{[^}]*\}", "x1", template)
        wrong = await client.request("PROPFIND", path)
        allowed = set(wrong.headers["allow"].split(", "))
        assert wrong.status_code == 405
        assert taken <= allowed
        for method in allowed:
            assert (await client.request(method, path)).status_code != 405, (method, path)
