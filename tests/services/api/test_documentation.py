"""What is generated from the API is in docs/ as the API is now, and the API serves it itself."""

from pathlib import Path

import pytest
from httpx import AsyncClient

from services.api.openapi import generated
from services.api.problems.pages import explained


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_a_generated_document_is_what_make_openapi_would_write(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generated()[path]


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
    assert (await client.get("/openapi.json")).json()["openapi"].startswith("3.1")


async def test_nothing_but_the_pages_parts_is_served(client: AsyncClient) -> None:
    assert (await client.get("/docs/..%2f..%2fsettings.py")).status_code == 404
    assert (await client.get("/docs/favicon.png")).status_code == 422
