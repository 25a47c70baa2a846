"""Customers are answered while the log, the database and Temporal are away, and sparingly."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from events.errors import LogUnavailable
from events.log.memory import MemoryLog
from events.public_post.words import ComponentStatus, PublicState
from services.api.dependencies import Dependencies
from services.front.application import create_front
from services.status_page.files import StatusDirectory, Written
from services.status_page.rendering import files_of
from tests.services.api.conftest import dependencies, refusals, refusing_port
from tests.services.status_page.pages import ADDRESS, NOW, incident, page, post, public

__all__ = ["dependencies", "refusals", "refusing_port"]

DOWN = post(1, PublicState.INVESTIGATING, NOW, checkout=ComponentStatus.MAJOR_OUTAGE)
SAYING = Written(position=10, at=NOW)


class FailingLog(MemoryLog):
    """A log that cannot be reached: it fails whatever it is asked."""

    def __getattribute__(self, name: str) -> object:
        if name.startswith(("append", "read", "find", "opened")):
            raise LogUnavailable("The log is away.")
        return super().__getattribute__(name)


def write(root: Path, saying: Written = SAYING, *, text: str = "") -> bool:
    row = page("checkout")
    told = incident(DOWN, title=text or "Payments fail")
    return StatusDirectory(root).write({"acme": files_of(public(row, told), ADDRESS)}, saying)


@pytest.fixture
async def customer(tmp_path: Path, dependencies: Dependencies) -> AsyncIterator[AsyncClient]:
    """Somebody outside, before the front process whose log, database and Temporal are away."""
    settings = dependencies.settings.model_copy(update={"status_directory": tmp_path})
    front = create_front(replace(dependencies, settings=settings, log=FailingLog()))
    async with AsyncClient(transport=ASGITransport(front), base_url="http://tocsin") as http:
        yield http


async def test_our_systems_are_down_and_the_page_says_so(
    tmp_path: Path, customer: AsyncClient
) -> None:
    write(tmp_path)
    answer = await customer.get("/s/acme")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Checkout is down." in answer.text
    assert "Written" in answer.text
    told = incident(DOWN)
    for path in (
        "history",
        f"incidents/{told.public_id}",
        "status.css",
        "history.atom",
        "api/v2/summary.json",
        "api/v2/incidents/unresolved.json",
    ):
        assert (await customer.get(f"/s/acme/{path}")).status_code == 200, path
    assert (await customer.head("/s/acme")).status_code == 200


async def test_who_has_the_newest_copy_is_sent_nothing(
    tmp_path: Path, customer: AsyncClient
) -> None:
    write(tmp_path)
    first = await customer.get("/s/acme")
    assert first.headers["cache-control"] == "public, max-age=30, stale-if-error=86400"
    assert first.headers["access-control-allow-origin"] == "*"
    assert "default-src 'none'" in first.headers["content-security-policy"]
    again = await customer.get("/s/acme", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = await customer.get("/s/acme", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == first.text
    assert plain.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        "/s/office",
        "/s/acme/incidents/00000000-0000-0000-0000-000000000000",
        "/s/acme/written.json",
        "/s/acme/%2e%2e/%2e%2e/%2e%2e/written.json",
        "/s/%2e%2e",
        "/s/acme/.index.html",
        "/s/",
    ],
)
async def test_nothing_but_the_files_of_a_page_is_served(
    tmp_path: Path, customer: AsyncClient, path: str
) -> None:
    write(tmp_path)
    assert (await customer.get(path)).status_code == 404


def test_an_older_word_is_never_written_over_a_newer_one(tmp_path: Path) -> None:
    assert write(tmp_path, text="New")
    assert not write(tmp_path, Written(position=9, at=NOW + timedelta(minutes=5)), text="Old")
    assert not write(tmp_path, Written(position=10, at=NOW - timedelta(seconds=1)), text="Old")
    assert "New" in (tmp_path / "public/s/acme/index.html").read_text()
    assert StatusDirectory(tmp_path).written() == SAYING


def test_a_page_that_is_taken_down_and_an_incident_that_became_private_are_gone(
    tmp_path: Path,
) -> None:
    write(tmp_path)
    alone = tmp_path / "public/s/acme/incidents"
    assert len([*alone.iterdir()]) == 1
    later = Written(position=11, at=NOW)
    StatusDirectory(tmp_path).write({"acme": files_of(public(page()), ADDRESS)}, later)
    assert [*alone.iterdir()] == []
    theirs = tmp_path / "public/s/robots.txt"
    theirs.write_text("User-agent: *")
    StatusDirectory(tmp_path).write({}, Written(position=12, at=NOW))
    assert [*(tmp_path / "public/s").iterdir()] == [theirs]  # it is not ours
