"""Demo chapters: in the order of the story."""

import base64
import secrets
from collections.abc import Awaitable, Callable

from services.cli.demo.learning import the_team_learns
from services.cli.demo.paging import an_alert_opens_an_incident, people_are_paged
from services.cli.demo.response import the_team_responds
from services.cli.demo.scene import Scene
from services.cli.demo.steps import step

ESCALATION_TIMEOUT_SECONDS = 3  # of each level: a team would take minutes
SHORT = {"escalation_timeout_seconds": ESCALATION_TIMEOUT_SECONDS}


async def the_scene_is_set(scene: Scene) -> None:
    """Name people, a policy, a service, and a monitor that may send alerts."""
    secret = base64.b64encode(secrets.token_bytes(24)).decode()
    scene.webhook_secret = f"whsec_{secret}"
    service = scene.service
    async with step("Two responders, a policy of two levels, a service, an integration") as now:
        webhook = {
            "channel": "webhook",
            "address": scene.sinks.webhook_url,
            "secret": scene.webhook_secret,
        }
        await register(scene, scene.primary, "Ada Lovelace", webhook)
        await register(scene, scene.secondary, "Grace Hopper")
        levels = [
            {"targets": [{"responder_id": who}], **SHORT}
            for who in (scene.primary, scene.secondary)
        ]
        policy = {"name": "Checkout on call", "levels": levels, "repeats": 1}
        await scene.put(f"/v1/escalation-policies/{service}", policy)
        body = {"name": "Checkout", "escalation_policy_id": service}
        await scene.put(f"/v1/services/{service}", body)
        integration = {"name": "Alertmanager eu1", "service_id": service}
        made = await scene.post("/v1/integrations", integration)
        scene.alertmanager_url = made["urls"]["alertmanager"]
        key = await scene.post("/v1/api-keys", {"name": "The team", "scopes": ["responder"]})
        scene.team = scene.remote.with_key(key["key"])
        now.saw(
            f"{scene.primary} is paged first,"
            f" {scene.secondary} after {ESCALATION_TIMEOUT_SECONDS} s"
        )
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
