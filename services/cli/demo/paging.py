"""Demo chapters of paging: an alert opens an incident, people are paged until one answers."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
from standardwebhooks import Webhook

from services.cli.demo.scene import Scene
from services.cli.demo.steps import require, step

BODIES = Path(__file__).parent / "alertmanager"  # captured from a real one
LINK = re.compile(r"https?://\S+/ack/[\w.~-]+")


async def an_alert_opens_an_incident(scene: Scene) -> None:
    """Post two firing alerts of one group, twice."""
    async with step("Alertmanager posts a group of two firing alerts: one incident opens") as now:
        answer = await alert(scene, "1-firing.json")
        scene.reference = answer["reference"]
        shown = await scene.incident(lambda one: one["open_alerts"] == len(answer["alerts"]))
        now.saw(f"{scene.reference}: {shown['title']}, {shown['open_alerts']} open alerts")
        now.saw(f"watch it there: {scene.address}")
    async with step("Alertmanager repeats itself: nothing changes") as now:
        again = await alert(scene, "1-firing.json")
        require(again["outcome"] == "unchanged", f"the repeat {again['outcome']} an incident")
        now.saw(f"{again['outcome']}: {len(again['alerts'])} alerts are known and open")
    async with step("Checks that knew PagerDuty say the same: they join the incident") as now:
        await event(scene, "trigger")
        shown = await scene.incident(
            lambda one: one["open_alerts"] == len(answer["alerts"]) + 1 and one["severity"]
        )
        now.saw(f"{scene.reference}: {shown['open_alerts']} open alerts of two senders")
        now.saw(f"the worst of them says {shown['severity']} and names it: {shown['title']}")


async def people_are_paged(scene: Scene) -> None:
    """Page the primary, who stays silent, then the secondary, who answers."""
    async with step("The primary is paged by e-mail and by a signed webhook") as now:
        mail = await scene.sinks.mail_to(scene.primary)
        webhook = await scene.sinks.webhook()
        Webhook(scene.webhook_secret).verify(webhook.body, webhook.headers)
        now.saw(str(mail["subject"]))
        sent = await scene.happened("delivery.sent", 2)
        now.saw(sent[0])
    async with step(
        "Nobody answers: after the level's escalation timeout the secondary is paged"
    ) as now:
        now.saw((await scene.happened("page.timed_out"))[0])
        mail = await scene.sinks.mail_to(scene.secondary)
        now.saw(str(mail["subject"]))
    async with step("She opens the link in the mail and takes it: escalation stops") as now:
        body = mail.get_body(("plain",))
        link = LINK.search(body.get_content() if body else "")
        require(link, "the mail has no link that acknowledges")
        await press(link.group() if link else "")
        shown = await scene.incident(lambda one: one["acknowledged_by"])
        require(
            shown["acknowledged_by"] == f"responder:{scene.secondary}",
            f"acknowledged by {shown['acknowledged_by']}",
        )
        now.saw(f"acknowledged by {shown['acknowledged_by']}")
        now.saw((await scene.happened("page.acknowledged"))[0])


async def alert(scene: Scene, file: str) -> Any:
    """Post a captured body as Alertmanager posts it."""
    headers = {"user-agent": "Alertmanager/0.25.0", "content-type": "application/json"}
    body = await asyncio.to_thread((BODIES / file).read_bytes)
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        answer = await http.post(scene.alertmanager_url, content=body, headers=headers)
    require(answer.is_success, f"Alertmanager was answered {answer.status_code}")
    return scene.wrote(answer.json())


async def event(scene: Scene, action: str) -> None:
    """Send an event as PagerDuty's clients do: only the address and the key were changed."""
    body = {
        "routing_key": scene.synthetic_key,
        "event_action": action,
        "dedup_key": "checkout-from-outside",
        "payload": {
            "summary": "Checkout fails from Frankfurt, 3 of 5 tries",
            "source": "synthetic.example.com",
            "severity": "error",
            "custom_details": {"region": "eu1", "tries": 5, "failed": 3},
        },
        "client": "Synthetic checks",
    }
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        answer = await http.post(f"{scene.remote.url}/v2/enqueue", json=body)
    require(answer.is_success, f"the event was answered {answer.status_code}: {answer.text}")


async def press(link: str) -> None:
    """Open the page behind a link, then press its one button."""
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        opened = await http.get(link)
        require(opened.is_success, f"the link was answered {opened.status_code}")
        pressed = await http.post(link)
    require(pressed.is_success, f"the button was answered {pressed.status_code}")
