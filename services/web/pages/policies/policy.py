"""Policy: its levels as a ladder with a clock, and who would be paged by it at any time."""

import asyncio
from typing import Final

from services.web.calls import Document, Refused, path_of
from services.web.fields.moments import instant_named
from services.web.fields.targets import known
from services.web.page import page
from services.web.pages.policies.ladder import ladder_of, round_lasts
from services.web.rendering import Screen
from services.web.rights.leading import leading
from services.web.visit import Visit

SEVERITIES: Final = tuple((one, one) for one in ("SEV1", "SEV2", "SEV3", "SEV4"))


async def show(visit: Visit) -> Screen:
    """Show one escalation policy."""
    policy_id = visit.named("policy")
    policy, services, names = await asyncio.gather(
        visit.calls.get(path_of("escalation-policies", policy_id), **visit.reading),
        visit.calls.get(path_of("services"), **visit.reading),
        known(visit),
    )
    moments, refused = await tried(visit, policy_id)
    who, lead = await visit.who(), await leading(visit)
    served = [one for one in services["services"] if one["escalation_policy_id"] == policy_id]
    return Screen(
        template="policies/policy.html",
        title=policy["name"],
        facts={
            "policy": policy,
            "steps": ladder_of(policy, names),
            "lasts": round_lasts(policy),
            "exhausted": [names.words(one) for one in policy["on_exhausted"]],
            "services": served,
            "service_options": [(one["service_id"], one["name"]) for one in served],
            "moments": moments,
            "not_tried": refused,
            "severities": SEVERITIES,
            "names": names,
            "who": who,
            "may_define": not visit.as_of and lead.may_change(policy["team_id"]),
        },
    )


async def tried(visit: Visit, policy_id: str) -> tuple[list[Document], Refused | None]:
    """Return who would be paged now and on Sunday night, or at the time that is asked about."""
    if visit.as_of:
        return [], None
    try:
        answer = await visit.calls.get(
            path_of("escalation-policies", policy_id, "dry-run"),
            at=instant_named(visit.query.get("at"), visit.clock.zone),
            zone=visit.clock.zone.key,
            severity=visit.query.get("severity"),
            service_id=visit.query.get("service_id"),
        )
    except Refused as refused:
        return [], refused
    found: list[Document] = answer["moments"]
    return found, None


ROUTES = (page("/policies/{policy}", show),)
