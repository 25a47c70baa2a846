"""What is generated from the API is in docs/ as the API is now, and the API serves it itself."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from services.api.http.guard import operations
from services.api.openapi import GENERATED
from services.api.problems.pages import explained


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_a_generated_document_is_what_make_openapi_would_write(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == GENERATED[path]()


async def test_every_problem_has_an_anchor_where_its_type_leads(client: AsyncClient) -> None:
    page = (await client.get("/problems")).text
    for problem in explained():
        assert f'<h2 id="{problem.slug}">' in page


async def test_the_api_page_needs_no_other_host(client: AsyncClient) -> None:
    page = await client.get("/docs")
    assert "://" not in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]
    for part in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
        assert (await client.get(f"/docs/{part}")).status_code == 200


async def test_the_document_is_read_and_never_made_while_others_wait(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(FastAPI, "openapi")
    document = await client.get("/openapi.json")
    assert document.headers["content-type"] == "application/json"
    assert document.json()["openapi"].startswith("3.1")


async def test_nothing_but_the_pages_parts_is_served(client: AsyncClient) -> None:
    assert (await client.get("/docs/..%2f..%2fsettings.py")).status_code == 404
    assert (await client.get("/docs/favicon.png")).status_code == 422


def operations_of(app: FastAPI) -> list[tuple[str, dict[str, Any]]]:
    """Return every operation of the document, by its method and path."""
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_operation_is_in_a_group_that_is_described_and_names_what_it_is_about(
    app: FastAPI,
) -> None:
    groups = {tag["name"] for tag in app.openapi()["tags"]}
    assert groups == {tag for _, one in operations_of(app) for tag in one["tags"]}
    assert not [name for name, one in operations_of(app) if len(one["summary"].split()) == 1]


def test_every_operation_says_which_keys_may_ask_for_it(app: FastAPI) -> None:
    guarded = [(name, one) for name, one in operations_of(app) if "x-permission" in one]
    assert guarded
    assert not [name for name, one in guarded if "Scopes: `admin`" not in one["description"]]


def test_every_body_in_json_has_an_example_that_is_taken(app: FastAPI) -> None:
    bodies = {
        f"{method} {route.path}": (route.body_field, content)
        for route, _ in operations(app.router.routes)
        for method in sorted(route.methods or ())
        if (told := app.openapi()["paths"].get(route.path, {}).get(method.lower()))
        if (content := told.get("requestBody", {}).get("content", {}).get("application/json"))
        if content["schema"].get("format") != "binary"  # a file is what it is
    }
    assert not [name for name, (_, content) in bodies.items() if "example" not in content]
    for name, (field, content) in bodies.items():
        if field is not None:
            _, errors = field.validate(content["example"], loc=("body",))
            assert not errors, name


def test_no_component_is_called_after_a_module(app: FastAPI) -> None:
    assert not [name for name in app.openapi()["components"]["schemas"] if "_" in name]
