"""Response practice: how the responses of a quarter kept to what was asked of them."""

from services.web.calls import path_of
from services.web.page import page
from services.web.pages.insights.stretch import of_quarter
from services.web.rendering import Screen
from services.web.visit import Visit


async def show(visit: Visit) -> Screen:
    """Show how responses kept to the practice."""
    screen, _ = await of_quarter(
        visit, path_of("metrics", "response"), "insights/responses.html", "Response practice"
    )
    return screen


ROUTES = (page("/insights/responses", show),)
