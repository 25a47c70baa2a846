"""A person at a terminal: every command, as it is typed."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def tocsin(stack: Stack, *words: str) -> tuple[int, str, str]:
    """Run a command beside the stack, which it finds by the data directory alone.

    Return its exit code, what it said, and what it complained of.
    """
    environment = {**os.environ, "TOCSIN_DATA": str(stack.data)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "services.cli", *words),
        env={**environment, "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    return process.returncode or 0, said.decode(), complained.decode()


async def test_fields_are_filled_in_from_a_terminal(system: Stack, team: Team) -> None:
    kind = f"loss-{team.name}"
    region = {"field_id": "region", "label": "Region", "kind": "multi_select"}
    fields = [region | {"options": ["eu", "us"]}, {"field_id": "n", "label": "N", "kind": "number"}]
    await team.put(f"/v1/incident-types/{kind}", {"name": "Loss", "fields": fields})
    code, said, _ = await tocsin(
        system, "declare", "Rows are gone", "--type", kind, "--field", "n=7", "--json"
    )
    assert code == 0
    reference = json.loads(said)["reference"]
    await team.happens(reference, "incident.fields_changed")
    code, _, _ = await tocsin(system, "fields", reference, "region=eu", "region=us", "n=")
    assert code == 0
    await team.sees(reference, lambda one: one["fields"][0]["value"])
    code, said, _ = await tocsin(system, "fields", reference, "--json")
    assert [one["value"] for one in json.loads(said)] == [["eu", "us"], []]
    code, _, complained = await tocsin(system, "fields", reference, "region=mars")
    assert (code, "Region (region)" in complained) == (1, True)

    code, said, _ = await tocsin(system, "incidents", "--type", kind, "--field", "region=us")
    assert (code, reference in said) == (0, True)
    code, said, _ = await tocsin(system, "incidents", "--type", kind, "--field", "region=mars")
    assert (code, said.strip()) == (0, "—")

    other = f"fraud-{team.name}"
    await team.put(f"/v1/incident-types/{other}", {"name": "Fraud", "fields": fields[:1]})
    code, said, _ = await tocsin(system, "type", reference, other)
    assert (code, f"{reference} is of the type {other}" in said) == (0, True)
    await team.sees(reference, lambda one: len(one["fields"]) == 1)


async def test_an_incident_is_worked_from_a_terminal(system: Stack, team: Team) -> None:
    code, said, _ = await tocsin(
        system, "declare", "Disk full", "--service", team.service, "--json"
    )
    assert code == 0
    reference = json.loads(said)["reference"]
    await team.happens(reference, "page.level_reached")

    code, said, _ = await tocsin(system, "ack", reference, "--as", team.ada)
    assert (code, reference in said) == (0, True)
    code, _, complained = await tocsin(system, "advance", reference, "mitigation")
    assert (code, "skips a phase" in complained) == (1, True)
    code, _, _ = await tocsin(
        system, "advance", reference, "response", "--reason", "All hands", "--as", team.ada
    )
    assert code == 0
    code, _, complained = await tocsin(system, "resolve", reference, "Disk grown")
    assert (code, "commander's word: say why" in complained) == (1, True)
    code, _, _ = await tocsin(system, "resolve", reference, "Disk grown", "--reason", "One of us")
    assert code == 0
    code, said, complained = await tocsin(system, "ack", reference, "--as", team.grace)
    assert (code, said, "is resolved: reopen it first" in complained) == (1, "", True)

    await team.sees(reference, lambda one: one["status"] == "resolved")
    code, said, _ = await tocsin(system, "incidents", "--status", "resolved")
    assert (code, reference in said, "Disk full" in said) == (0, True, True)
    code, said, _ = await tocsin(system, "show", reference)
    assert (code, "resolved, in resolution" in said) == (0, True)
    code, said, _ = await tocsin(system, "timeline", reference)
    assert (code, "Disk grown" in said) == (0, True)
    code, said, _ = await tocsin(system, "events", reference)
    assert (code, "incident.resolved" in said) == (0, True)
    code, said, _ = await tocsin(system, "audit", "trail", "--refused")
    assert (code, "✗ advance_phase: reason-required" in said) == (0, True)
    code, said, _ = await tocsin(system, "audit", "trail", "--by", team.ada, "--all", "--json")
    assert [deed["type"] for deed in json.loads(said)][-1] == "incident.phase_advanced"


async def test_a_work_item_is_taken_and_done_from_a_terminal(system: Stack, team: Team) -> None:
    code, said, _ = await tocsin(
        system, "declare", "Old disks", "--service", team.service, "--severity", "SEV4", "--json"
    )
    assert code == 0
    reference = json.loads(said)["reference"]
    due = datetime.now(UTC) + timedelta(days=2)
    code, said, _ = await tocsin(
        system, "work-item", "assign", reference, team.ada, "--due", due.isoformat()
    )
    assert (code, f"{reference} is assigned to {team.ada}" in said) == (0, True)
    mine = ("work-items", "--owner", team.ada)

    async def listed(*more: str) -> str | None:
        _, said, _ = await tocsin(system, *mine, *more)
        return said if reference in said else None

    assert f"{due:%m-%d %H:%M}" in await eventually("the work item is listed", listed)
    code, _, complained = await tocsin(system, "work-item", "assign", reference, "nobody")
    assert (code, "No such responder: nobody." in complained) == (1, True)
    assert (await tocsin(system, "work-item", "release", reference))[0] == 0
    assert (await tocsin(system, "work-item", "assign", reference, team.ada))[0] == 0
    code, _, _ = await tocsin(system, "work-item", "done", reference, "Bought new ones")
    assert code == 0
    assert "Old disks: Bought new ones" in await eventually(
        "it is listed as completed", partial(listed, "--state", "completed")
    )


async def test_the_log_is_audited_from_a_terminal(
    system: Stack, team: Team, tmp_path: Path
) -> None:
    code, said, _ = await tocsin(system, "declare", "Disk full", "--json")
    reference = json.loads(said)["reference"]
    await team.sees(reference, lambda one: one["status"] == "declared")
    code, said, _ = await tocsin(system, "audit", "check")
    assert (code, "every one in place and unchanged" in said) == (0, True)

    key = ("--key", str(system.data / "checkpoints" / "keys"))
    code, said, complained = await tocsin(system, "audit", "prove", reference, *key)
    assert (code, f"{reference} is proved" in said) == (0, True), said + complained
    # Kept before the export: the system signs on meanwhile, and more than the export holds.
    earlier = tmp_path / "earlier"
    copytree(system.data / "checkpoints", earlier, ignore=ignore_patterns(".*"))
    out = str(tmp_path / "export")
    assert (await tocsin(system, "audit", "export", "--out", out))[0] == 0
    kept = ("--trusted", str(earlier))
    code, said, complained = await tocsin(system, "audit", "verify", out, *key, *kept)
    assert (code, "the whole log is proved" in said) == (0, True), said + complained


async def test_an_unknown_incident_is_told_in_one_sentence(system: Stack) -> None:
    code, _, complained = await tocsin(system, "show", "INC-999999")
    assert code == 1
    assert complained.startswith("tocsin: ")
    assert complained.count("\n") == 1
