"""Three hundred incidents at once are a few text messages, and a SEV1 among them is the first."""

import asyncio
from time import monotonic
from typing import Any

import pytest

from tests.eventually import eventually
from tests.fakes.twilio.resources import SentMessage
from tests.fakes.twilio.server import FakeTwilio
from tests.journeys.team import Team
from tests.journeys.test_sms_and_voice import a_number, reached_by

pytestmark = [pytest.mark.stack, pytest.mark.journey]

STORM = 300
AT_ONCE = 20
FEW = 5  # text messages; three where the machine has nothing else to do
PROMISED = 30.0  # seconds until the first page of the SEV1
A_TURN = 150.0  # seconds: the pause of a minute, and a minute until the last has asked for its turn


async def with_one_level(team: Team, *services: str) -> None:
    """Let Ada alone be paged for the services, and nobody after her."""
    level = {"targets": [{"responder_id": team.ada}], "escalation_timeout_seconds": 3600}
    policy = {"name": "Ada alone", "levels": [level], "repeats": 0}
    await team.put(f"/v1/escalation-policies/{team.service}", policy)
    for service in services:
        body = {"name": service, "escalation_policy_id": team.service, "deadlines": []}
        await team.put(f"/v1/services/{service}", body)


async def declared(team: Team, service: str, severity: str, title: str) -> dict[str, Any]:
    body = {"title": title, "service_id": service, "severity": severity}
    answer = await team.post("/v1/incidents", body)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def storm_on(team: Team, service: str) -> list[str]:
    """Declare three hundred incidents as fast as they are taken, and return their references."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> str:
        async with free:
            return str((await declared(team, service, "SEV2", f"Disk {number}"))["reference"])

    return await asyncio.gather(*(one(number) for number in range(STORM)))


async def test_the_sev1_among_three_hundred_incidents_is_told_first_and_within_30_seconds(
    team: Team, phones: FakeTwilio
) -> None:
    number, quiet = a_number(), f"{team.service}-quiet"
    await reached_by(team, team.ada, sms=number)
    await with_one_level(team, team.service, quiet)
    storm = await storm_on(team, team.service)

    began = monotonic()
    worst = (await declared(team, quiet, "SEV1", "Payments fail"))["reference"]

    async def told() -> SentMessage | None:
        return next((one for one in phones.messages_to(number) if worst in one.body), None)

    message = await eventually("the page of the SEV1", told, PROMISED)
    assert monotonic() - began < PROMISED
    before = phones.messages_to(number)
    assert len(before) <= 2
    named = message.body.partition("need you: ")[2] or message.body
    assert named.startswith((f"{worst} SEV1", f"SEV1 {worst}"))

    async def all_sent() -> list[dict[str, Any]] | None:
        pages = [await team.get(f"/v1/incidents/{one}/pages") for one in (*storm[::30], worst)]
        sent = [one for page in pages for one in page["deliveries"] if one["state"] == "sent"]
        return sent if len(sent) == len(pages) else None

    sent = await eventually("every message has its outcome", all_sent, A_TURN, 2.0)
    assert any(one["bundled_with"] for one in sent)
    assert len(phones.messages_to(number)) <= FEW
    happened = [await team.get(f"/v1/incidents/{one}/timeline", limit=200) for one in storm[::30]]
    texts = [entry["sentence"] for one in happened for entry in one["entries"]]
    assert any("together with other messages" in text for text in texts)
