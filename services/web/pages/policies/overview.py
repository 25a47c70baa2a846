"""Policies: every escalation policy, its levels in short, and the services it pages for."""

import asyncio

from services.web.calls import path_of
from services.web.fields.targets import known
from services.web.page import page
from services.web.pages.policies.ladder import ladder_of, round_lasts
from services.web.rendering import Screen
from services.web.rights.leading import leading
from services.web.visit import Visit


async def show(visit: Visit) -> Screen:
    """Show every escalation policy."""
    policies, services, names = await asyncio.gather(
        visit.calls.get(path_of("escalation-policies"), **visit.reading),
        visit.calls.get(path_of("services"), **visit.reading),
        known(visit),
    )
    rows = [
        {
            **policy,
            "steps": ladder_of(policy, names),
            "lasts": round_lasts(policy),
            "services": [
                one
                for one in services["services"]
                if one["escalation_policy_id"] == policy["escalation_policy_id"]
            ],
        }
        for policy in policies["escalation_policies"]
    ]
    return Screen(
        template="policies/overview.html",
        title="Escalation policies",
        facts={"policies": rows, "may_define": (await leading(visit)).may_begin},
    )


ROUTES = (page("/policies", show),)
