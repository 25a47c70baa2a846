"""Demo chapters: in the order of the story."""

import base64
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from services.cli.demo.learning import the_team_learns
from services.cli.demo.paging import an_alert_opens_an_incident, people_are_paged
from services.cli.demo.response import the_team_responds
from services.cli.demo.scene import Scene
from services.cli.demo.steps import require, step

ESCALATION_TIMEOUT_SECONDS = 3  # of each level: a team would take minutes
SHORT = {"escalation_timeout_seconds": ESCALATION_TIMEOUT_SECONDS}


async def the_scene_is_set(scene: Scene) -> None:
    """Name people, a policy, a service, and a monitor that may send alerts."""
    secret = base64.b64encode(secrets.token_bytes(24)).decode()
    scene.webhook_secret = f"whsec_{secret}"
    service = scene.service
    async with step(
        "Two responders, a service, and two integrations that send alerts for it"
    ) as now:
        webhook = {
            "channel": "webhook",
            "address": scene.sinks.webhook_url,
            "secret": scene.webhook_secret,
        }
        await register(scene, scene.primary, "Ada Lovelace", webhook)
        await register(scene, scene.secondary, "Grace Hopper")
        await take_turns(scene)
        levels = [
            {"targets": [{"schedule_id": service, "turn": turn}], **SHORT}
            for turn in ("current", "next")
        ]
        policy = {"name": "Checkout on call", "levels": levels, "repeats": 1}
        await scene.put(f"/v1/escalation-policies/{service}", policy)
        body = {"name": "Checkout", "escalation_policy_id": service}
        await scene.put(f"/v1/services/{service}", body)
        await monitors(scene)
        key = await scene.post("/v1/api-keys", {"name": "The team", "scopes": ["responder"]})
        scene.team = scene.remote.with_key(key["key"])
        now.saw("paged: whoever is on call, then whoever is next, as a schedule says")
    await the_pager_is_shared(scene)
    async with step(
        "A response policy: on SEV1 everybody's channel; a stakeholder subscribes"
    ) as now:
        await register(scene, scene.channel, "Everybody")
        shown = await scene.get(f"/v1/response-policies/{service}")
        policy = {**shown["policy"], "everybody": [scene.channel]}
        await scene.put(f"/v1/response-policies/{service}", policy)
        await register(scene, scene.stakeholder, "Mary Jackson")
        wish = {"responder_id": scene.stakeholder, "service_id": service}
        await scene.put(f"/v1/subscriptions/{scene.stakeholder}", wish)
        now.saw("the default policy of the practice, and one name more")


async def monitors(scene: Scene) -> None:
    """Let Alertmanager alert, and a sender of another kind, into what is open already."""
    alertmanager = {"name": "Alertmanager eu1", "service_id": scene.service}
    made = await scene.post("/v1/integrations", alertmanager)
    scene.alertmanager_url = made["urls"]["alertmanager"]
    checks = {"name": "Checks from outside", "service_id": scene.service}
    made = await scene.post("/v1/integrations", checks)
    scene.synthetic_key = made["key"]
    joins = {"name": "One incident at a time for the checkout", "outcome": {"joining": {}}}
    rules = f"/v1/routing-rules/integration.{made['integration_id']}"
    await scene.put(rules, {"rules": [joins]})


async def take_turns(scene: Scene) -> None:
    """Define a schedule in which the two alternate; the first one has had it for two days."""
    began = datetime.now(UTC) - timedelta(days=2)
    rotation = {
        "slots": [[scene.primary], [scene.secondary]],
        "first_hand_off": f"{began:%Y-%m-%d}",
        "hand_off_at": f"{began:%H}:00:00",
        "frequency": "weekly",
        "every": 2,
    }
    layer = {"layer_id": "primary", "name": "Primary", "rotation": rotation}
    body = {"name": "Checkout", "zone": "Europe/Berlin", "layers": [layer]}
    await scene.put(f"/v1/schedules/{scene.service}", body)


async def the_pager_is_shared(scene: Scene) -> None:
    """Ask who is on call, and have the second one stand in for the first tomorrow."""
    schedule = f"/v1/schedules/{scene.service}"
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    async with step("Who is on call? And tomorrow, when the other one stands in?") as now:
        [shown] = (await scene.get("/v1/on-call", schedule=scene.service))["schedules"]
        require(scene.primary in str(shown["now"]), f"{scene.primary} is not on call")
        override = {
            "starts_at": tomorrow.isoformat(),
            "ends_at": (tomorrow + timedelta(hours=2)).isoformat(),
            "off": scene.primary,
            "on": scene.secondary,
            "reason": "Dentist",
        }
        await scene.post(f"{schedule}/overrides", override)
        then = (tomorrow + timedelta(hours=1)).isoformat()
        [later] = (await scene.get("/v1/on-call", schedule=scene.service, at=then))["schedules"]
        require(scene.secondary in str(later["now"]), f"{scene.secondary} does not stand in")
        now.saw(f"now {scene.primary}, tomorrow for two hours {scene.secondary}")


async def register(scene: Scene, responder_id: str, name: str, *more: dict[str, str]) -> None:
    """Register one responder with an e-mail address and what else there is."""
    email = {"channel": "email", "address": f"{responder_id}@example.com"}
    body = {"name": name, "contact_methods": [email, *more]}
    await scene.put(f"/v1/responders/{responder_id}", body)


CHAPTERS: tuple[Callable[[Scene], Awaitable[None]], ...] = (
    the_scene_is_set,
    an_alert_opens_an_incident,
    people_are_paged,
    the_team_responds,
    the_team_learns,
)
