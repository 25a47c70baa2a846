"""Demo chapter of response: severity, roles, updates, mitigation, resolution, once too early."""

from services.cli.demo.paging import alert, event
from services.cli.demo.practice import the_practice_is_kept, update
from services.cli.demo.scene import Scene
from services.cli.demo.steps import require, step
from services.cli.remote import Problem

FORBIDDEN = 403


async def the_team_responds(scene: Scene) -> None:
    """Respond, from triage to a resolution that holds."""
    await it_is_triaged(scene)
    await roles_are_taken(scene)
    await the_practice_is_kept(scene)
    await it_is_mitigated(scene)
    await it_is_resolved(scene)
    await it_is_reopened_and_resolved_again(scene)


async def it_is_triaged(scene: Scene) -> None:
    """Judge impact and scope."""
    async with step("Triage: degraded, widespread; the matrix says SEV2") as now:
        await scene.give("triage", {"impact": "degraded", "scope": "widespread"})
        shown = await scene.incident(lambda one: one["phase"] == "triage")
        require(shown["severity"] == "SEV2", f"the severity is {shown['severity']}")
        now.saw(f"{shown['severity']}, in {shown['phase']}")


async def roles_are_taken(scene: Scene) -> None:
    """Find a commander, and everybody else a response needs."""
    async with step("Roles are taken: commander, communications, operations, scribe") as now:
        roles = {
            "commander": scene.secondary,
            "communications": scene.secondary,
            "operations": scene.primary,
            "scribe": scene.primary,
        }
        for role, who in roles.items():
            await scene.give(f"roles/{role}", {"responder_id": who}, by=who)
        shown = await scene.incident(lambda one: one["roles"] == roles)
        now.saw(", ".join(f"{role}: {who}" for role, who in shown["roles"].items()))
    async with step("Communications is offered to the primary, who has to accept it") as now:
        await scene.give("roles/communications/offer", {"to_responder_id": scene.primary})
        await scene.incident(lambda one: one["role_offers"])
        await scene.give("roles/communications/offer/acceptance", by=scene.primary)
        shown = await scene.incident(lambda one: one["roles"]["communications"] == scene.primary)
        now.saw(f"communications: {shown['roles']['communications']}")
    async with step("The response begins; the first status update reaches the stakeholder") as now:
        await scene.give("phase", {"phase": "response"})
        await update(scene, "About 30 % of payments fail", "Comparing with the deploy of 03:15")
        await scene.incident(lambda one: (one["status_update"] or {}).get("number") == 1)
        now.saw(str((await scene.sinks.mail_to(scene.stakeholder))["subject"]))


async def it_is_mitigated(scene: Scene) -> None:
    """Stop the impact."""
    async with step(
        "Rolled back: one sender's alert and the checks recover, the impact is mitigated"
    ) as now:
        rollback = {"kind": "rollback", "description": "checkout back to v2.3.3"}
        await scene.give("mitigation-actions", rollback, by=scene.primary)
        await alert(scene, "2-partly-resolved.json")
        await event(scene, "resolve")
        worked = {"outcome": "worked", "comment": "errors below 1 %"}
        await scene.give("mitigation-actions/1/outcome", worked, by=scene.primary)
        await scene.give("mitigation", {"summary": "Rolled back to v2.3.3"}, by=scene.primary)
        shown = await scene.incident(lambda one: one["mitigated_at"] and one["open_alerts"] == 1)
        now.saw(f"{shown['status']}, {shown['open_alerts']} open alert")
        await update(scene, "Payments work again", "Watching the error rate")


async def it_is_resolved(scene: Scene) -> None:
    """Say that it is over: only the commander may."""
    async with step("Only the commander resolves: the primary is refused") as now:
        try:
            await scene.give("resolution", {"summary": "Looks fine"}, by=scene.primary)
        except Problem as problem:
            require(problem.body.get("status") == FORBIDDEN, f"refused otherwise: {problem}")
            now.saw(problem.detail)
        else:
            require(None, "the primary resolved the incident")
    async with step("The last alert recovers, and the commander resolves the incident") as now:
        await alert(scene, "3-resolved.json")
        await scene.give("resolution", {"summary": "The query uses its index again"})
        shown = await scene.incident(lambda one: one["resolved_at"] and one["open_alerts"] == 0)
        now.saw(f"{shown['status']}, in {shown['phase']}")


async def it_is_reopened_and_resolved_again(scene: Scene) -> None:
    """Find that it was not over."""
    async with step("It comes back: reopened with a reason, then mitigated and resolved") as now:
        reason = "Errors rise again in eu1"
        await scene.give("reopening", {"phase": "response", "reason": reason})
        await scene.incident(lambda one: one["phase"] == "response" and not one["resolved_at"])
        await scene.give("mitigation", {"summary": "Feature flag off"}, by=scene.primary)
        await scene.give("resolution", {"summary": "Index added and flag on again"})
        shown = await scene.incident(lambda one: one["status"] == "resolved")
        now.saw(f"{shown['status']}, in {shown['phase']}")
