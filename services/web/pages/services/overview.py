"""Services: every service, whose it is, who is paged for it, and what is open."""

import asyncio
from collections import Counter

from services.web.calls import path_of
from services.web.page import page
from services.web.pages.board import open_incidents
from services.web.rendering import Screen
from services.web.rights.leading import leading_of
from services.web.visit import Visit


async def show(visit: Visit) -> Screen:
    """Show every service."""
    services, policies, teams, incidents, windows = await asyncio.gather(
        visit.calls.get(path_of("services"), **visit.reading),
        visit.calls.get(path_of("escalation-policies"), **visit.reading),
        visit.calls.get(path_of("teams"), **visit.reading),
        open_incidents(visit.calls, visit.reading),
        visit.calls.get(path_of("maintenance-windows"), state="running"),
    )
    held = Counter(row["service_id"] for row in incidents["incidents"])
    running = windows["maintenance_windows"]
    return Screen(
        template="services/overview.html",
        title="Services",
        facts={
            "services": sorted(services["services"], key=lambda one: one["name"].lower()),
            "policies": {
                one["escalation_policy_id"]: one["name"] for one in policies["escalation_policies"]
            },
            "teams": {one["team_id"]: one["name"] for one in teams["teams"]},
            "open": held,
            "maintained": {one for row in running for one in row["service_ids"]},
            "may_define": not visit.as_of and leading_of(visit, teams["teams"]).may_begin,
        },
    )


ROUTES = (page("/services", show),)
