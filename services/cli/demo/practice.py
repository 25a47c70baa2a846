"""Demo chapter of practice: checklists, a severity that acts, and an update that is overdue."""

from datetime import UTC, datetime, timedelta

from services.cli.demo.scene import Scene
from services.cli.demo.steps import require, step

PROMISE = timedelta(seconds=2)  # until the next update: a team would say half an hour


async def the_practice_is_kept(scene: Scene) -> None:
    """Show what an incident does by itself while people are busy."""
    await checklists_tick_themselves(scene)
    await it_gets_worse(scene)
    await an_update_is_overdue(scene)


async def checklists_tick_themselves(scene: Scene) -> None:
    """See what events have proved, and say what only a person can know."""
    async with step(
        "The checklists have ticked themselves; a person ticks what no event proves"
    ) as now:
        await scene.give("checklist/alert_valid/tick")
        shown = await scene.get(f"{scene.path}/checklist")
        done = [item for section in shown["sections"] for item in section["items"] if item["done"]]
        by_themselves = [item["text"] for item in done if item["proved_by"]]
        require(by_themselves, "no item has ticked itself")
        require(len(done) > len(by_themselves), "the person's tick does not show")
        now.saw(f"{len(by_themselves)} by events: {'; '.join(by_themselves)}")


async def it_gets_worse(scene: Scene) -> None:
    """Raise the severity: all hands."""
    async with step("It spreads: the commander makes it a SEV1, and everybody is paged") as now:
        await scene.give("severity", {"severity": "SEV1", "reason": "Checkout is down in eu1 too"})
        await scene.incident(lambda one: one["severity"] == "SEV1")
        mail = await scene.sinks.mail_to(scene.channel)
        now.saw(str(mail["subject"]))


async def an_update_is_overdue(scene: Scene) -> None:
    """Promise an update and forget it."""
    async with step(
        "An update is promised and forgotten: it is overdue, and the commander hears"
    ) as now:
        promised = datetime.now(UTC) + PROMISE
        await update(scene, "Nobody in eu1 can pay", "Rolling back", promised)
        now.saw((await scene.happened("status_update.missed"))[0])
        mail = await scene.sinks.mail_about(scene.secondary, "overdue")
        now.saw(str(mail["subject"]))
        await update(scene, "Nobody in eu1 can pay", "The rollback runs")


async def update(
    scene: Scene, impact: str, current_actions: str, next_update_at: datetime | None = None
) -> None:
    """Publish a status update."""
    body = {"impact": impact, "current_actions": current_actions}
    if next_update_at is not None:
        body["next_update_at"] = next_update_at.isoformat()
    await scene.give("status-updates", body)
