"""Somebody leaves: what told of them is gone, the team goes on, the log proves itself."""

import json

import pytest
from temporalio.client import Client

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.everything_stored import everything_stored
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team
from tests.journeys.test_nothing_private_leaks import decoded
from tests.journeys.test_the_command_line import tocsin

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def everything_told(system: Stack) -> str:
    """Return every log file of ours, and every payload and history that Temporal keeps."""
    told = [file.read_text(errors="replace") for file in (system.data / "logs").glob("*.log")]
    client = await Client.connect(system.temporal_address)
    async for execution in client.list_workflows():
        history = (await client.get_workflow_handle(execution.id).fetch_history()).to_json()
        told += [history, *decoded(json.loads(history))]
    return "\n".join(told)


async def test_who_is_forgotten_is_in_no_table_no_log_and_no_history_and_is_not_paged_again(
    system: Stack, team: Team, mail: MailServer
) -> None:
    name, address = f"Ada Lovelace {team.name}", f"{team.ada}@example.com"
    contact = {"channel": "email", "address": address}
    await team.put(f"/v1/responders/{team.ada}", {"name": name, "contact_methods": [contact]})
    before = await team.declare()
    await team.happens(before["reference"], "delivery.sent")
    await team.give(before["reference"], "acknowledgement", by=team.ada)

    code, said, complained = await tocsin(
        system, "subjects", "forget", team.ada, "--reason", "They left.", "--yes"
    )
    assert (code, said) == (0, f"{team.ada} is forgotten.\n"), complained

    async def erased() -> bool:
        row = await team.get(f"/v1/responders/{team.ada}")
        return bool(row["name"] == row["contact_methods"][0]["address"] == "erased")

    await eventually("name and address are erased", erased)
    stored = await everything_stored(system.databases.owner_dsn or "")
    assert not [text for text in (name, address) if text in stored]
    told = await everything_told(system)
    assert not [text for text in (name, address, "Checkout fails") if text in told]

    mail.mails.clear()
    after = await team.declare()
    happened = await team.happens(after["reference"], "page.level_empty")
    assert happened.index("page.level_empty") < 4, "nobody waits for whoever is not there"
    assert not [one for one in mail.mails if address in str(one)]
    code, said, _ = await tocsin(system, "audit", "check")
    assert (code, "every one in place and unchanged" in said) == (0, True)
