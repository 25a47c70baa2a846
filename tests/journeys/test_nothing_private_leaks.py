"""No address and no key in logs, or in what Temporal keeps (P11)."""

import base64
import json

import pytest
from temporalio.client import Client

from services.stack.stack import Stack
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_addresses_and_keys_stay_out_of_logs_and_of_temporals_history(
    team: Team, system: Stack, mail: MailServer
) -> None:
    declared = await team.declare()
    await team.happens(declared["reference"], "delivery.sent")
    await team.give(declared["reference"], "acknowledgement", by=team.ada)
    await team.happens(declared["reference"], "page.acknowledged")
    private = (f"{team.ada}@example.com", system.api_key)

    for file in (system.data / "logs").glob("*.log"):
        text = file.read_text(errors="replace")
        assert not [one for one in private if one in text], file.name

    client = await Client.connect(system.temporal_address)
    async for execution in client.list_workflows():
        history = (await client.get_workflow_handle(execution.id).fetch_history()).to_json()
        told = history + "".join(decoded(json.loads(history)))
        assert not [one for one in private if one in told], execution.id


def decoded(node: object) -> list[str]:
    """Return every payload of a history as text."""
    if isinstance(node, dict):
        data = node.get("data")
        found = [base64.b64decode(data).decode(errors="replace")] if isinstance(data, str) else []
        return found + [text for value in node.values() for text in decoded(value)]
    if isinstance(node, list):
        return [text for value in node for text in decoded(value)]
    return []
