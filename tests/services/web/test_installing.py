"""What a browser needs to keep Tocsin as an app."""

import struct

import pytest
from httpx import AsyncClient

from services.web.pages.installing import ICONS
from services.web.rendering import STATIC
from tests.services.web.test_outside import browser

__all__ = ["browser"]

LARGEST = 10_000  # bytes


async def test_the_manifest_says_how_it_looks_and_where_it_begins(browser: AsyncClient) -> None:
    answer = await browser.get("/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    said = answer.json()
    assert (said["start_url"], said["scope"], said["display"]) == ("/", "/", "standalone")
    for icon in said["icons"]:
        drawn = await browser.get(icon["src"])
        assert drawn.headers["content-type"] == "image/png"


async def test_the_worker_is_asked_for_each_time_and_looks_after_every_page(
    browser: AsyncClient,
) -> None:
    answer = await browser.get("/worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert "require-trusted-types-for 'script'" in answer.headers["content-security-policy"]
    assert "caches" not in answer.text  # it keeps no page


@pytest.mark.parametrize(
    ("name", "size"),
    [(name, int(sizes.partition("x")[0])) for name, sizes, _ in ICONS]
    + [("icons/apple-touch-180.png", 180), ("icons/badge-96.png", 96)],
)
def test_an_icon_is_as_large_as_it_says_and_light(name: str, size: int) -> None:
    png = (STATIC / name).read_bytes()
    assert struct.unpack_from(">II", png, 16) == (size, size)
    assert len(png) <= LARGEST
