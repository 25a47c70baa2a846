"""Demo chapter of learning: the postmortem is drafted from the log, and the log proves itself."""

import asyncio

from rich.text import Text

from services.cli.audit.checking import audited
from services.cli.demo.scene import Scene
from services.cli.demo.steps import require, step
from services.cli.terminal import console


async def the_team_learns(scene: Scene) -> None:
    """Learn, from the postmortem's draft to the last event."""
    async with step("The postmortem begins, its draft written from the log") as now:
        await scene.give("phase", {"phase": "postmortem"})
        await scene.incident(lambda one: one["phase"] == "postmortem")
        draft = await scene.get(f"{scene.path}/postmortem.md")
        require(draft.startswith("# Incident Postmortem:"), "the draft has another shape")
        now.saw(f"{len(draft.splitlines())} lines of Markdown")
    console.print(Text(f"\n{draft}\n", style="dim"), soft_wrap=True)
    async with step("The incident is closed, and its workflow ends") as now:
        await scene.give("closure")
        shown = await scene.incident(lambda one: one["status"] == "closed")
        now.saw(f"{scene.reference} is {shown['status']}")
    async with step("The log is read through the API, and its chain verifies") as now:
        account = await asyncio.to_thread(audited, scene.remote)
        require(account.is_fine, "; ".join(fault.sentence for fault in account.faults))
        now.saw(f"{account.events} events, every one in place and unchanged")
