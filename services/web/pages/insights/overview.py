"""Overview of the insights: which there are, and what each is for."""

from typing import Final

from services.web.calls import path_of
from services.web.page import page
from services.web.rendering import Screen
from services.web.visit import Visit

ISSUED: Final = 3
INSIGHTS: Final = (
    (
        "/insights/quarter",
        "The quarter's report",
        (
            "What the incidents of a quarter come to, against the one before: to print, and to "
            "issue, so that published numbers stay as they were."
        ),
    ),
    (
        "/insights/findings",
        "Findings",
        (
            "The five anti-patterns of the practice, measured over the last 90 days. Each is a "
            "question to the team, with the incidents and action items it rests on."
        ),
    ),
    (
        "/insights/load",
        "Load of being on call",
        (
            "Interruptions, broken nights and hours on call, by each person's own clock, to "
            "share them more evenly."
        ),
    ),
    (
        "/insights/alerts",
        "Alert quality",
        (
            "What each alert called people for, and which to tune first so that fewer are woken"
            " for nothing."
        ),
    ),
    (
        "/insights/responses",
        "Response practice",
        (
            "Whether responses kept to what was asked of them: phases and deadlines, roles, "
            "status updates, paging."
        ),
    ),
    (
        "/actions",
        "Action items",
        "What is to be changed after incidents, whoever has it, the late ones first.",
    ),
)


async def show(visit: Visit) -> Screen:
    """Show what there is to look into."""
    issued = await visit.calls.get(path_of("reports"), limit=ISSUED, **visit.reading)
    return Screen(
        template="insights/overview.html",
        title="Insights",
        facts={"insights": INSIGHTS, "issued": issued["reports"], "who": await visit.who(issued)},
    )


ROUTES = (page("/insights", show),)
