"""The page that customers see, on their phones: no fault that axe finds, in light and dark."""

import mimetypes
from pathlib import Path

from playwright.async_api import Browser as Playing
from playwright.async_api import Route

from events.public_post.words import ComponentStatus, PublicState
from services.status_page.rendering import files_of
from tests.services.status_page.pages import ADDRESS, NOW, incident, page, post, public
from tests.services.web.browser.conftest import PHONE, SECONDS, playing
from tests.services.web.browser.test_every_screen import NARROW, THEMES, faults

__all__ = ["playing"]


async def test_a_customer_reads_it_on_a_phone_in_light_and_dark(playing: Playing) -> None:
    down = post(1, PublicState.INVESTIGATING, NOW, checkout=ComponentStatus.MAJOR_OUTAGE)
    told = incident(down, title="A" * 60)
    files = files_of(public(page("checkout", "search"), told), ADDRESS)

    async def answer(route: Route) -> None:
        path = route.request.url.partition("?")[0].removeprefix(ADDRESS).strip("/")
        name = path if Path(path).suffix else f"{path}/index.html".lstrip("/")
        kind = mimetypes.guess_type(name)[0] or "text/html"
        await route.fulfill(body=files[name], content_type=f"{kind}; charset=utf-8")

    context = await playing.new_context(viewport=PHONE, java_script_enabled=True)
    context.set_default_timeout(SECONDS)
    await context.route(f"{ADDRESS}/**", answer)
    await context.route(ADDRESS, answer)
    shown = await context.new_page()
    for path in ("", "/history", f"/incidents/{told.public_id}"):
        await shown.goto(f"{ADDRESS}{path}")
        for theme in THEMES:
            await shown.emulate_media(color_scheme=theme)
            assert await faults(shown) == [], (path, theme)
        await shown.set_viewport_size(NARROW)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not await shown.evaluate(wide), path
        await shown.set_viewport_size(PHONE)
    await context.close()
