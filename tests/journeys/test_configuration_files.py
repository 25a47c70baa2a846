"""A team keeps its configuration in files: written, changed, applied, and compared with by hand."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.stack.stack import Stack
from tests.journeys.team import Team
from tests.journeys.test_the_command_line import tocsin

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_a_rule_changed_in_a_file_is_shown_applied_and_seen_in_the_trail(
    system: Stack, team: Team, tmp_path: Path
) -> None:
    mine = f"team-{team.name}"
    members = [{"responder_id": team.ada, "manager": True}]
    await team.put(f"/v1/teams/{mine}", {"name": "Payments", "members": members})
    code, said, complained = await tocsin(system, "export", str(tmp_path))
    assert code == 0, complained
    file = tmp_path / "teams" / f"{mine}.yaml"
    content = yaml.safe_load(file.read_text())
    assert content == {"name": "Payments", "members": members}

    file.write_text(yaml.safe_dump(content | {"members": [{"responder_id": team.grace}]}))
    code, said, _ = await tocsin(system, "apply", str(tmp_path), "--dry-run")
    assert code == 0, said
    assert f"members: {team.ada} leaves" in said
    assert f"members: {team.grace} joins" in said
    assert (await team.get(f"/v1/teams/{mine}"))["members"][0]["responder_id"] == team.ada

    code, said, complained = await tocsin(system, "apply", str(tmp_path))
    assert code == 0, complained
    assert f"Applied team {mine}." in said
    code, said, _ = await tocsin(system, "apply", str(tmp_path))
    assert (code, "Applied" in said) == (0, False)
    deeds: list[Any] = []
    after = None
    while not deeds or after is not None:  # it reads a part of the log at a time
        trail = await team.get("/v1/audit/trail", stream=f"team-{mine}", after=after or 0)
        deeds, after = [*deeds, *trail["deeds"]], trail["next_after"]
    assert deeds[-1]["via"] == "apply"


async def test_a_change_by_hand_is_found_as_drift_and_a_wrong_file_changes_nothing(
    system: Stack, team: Team, tmp_path: Path
) -> None:
    folder = tmp_path / "services"
    folder.mkdir()
    service = {"name": "Ledger", "escalation_policy_id": team.service}
    file = folder / f"ledger-{team.name}.yaml"
    file.write_text(yaml.safe_dump(service))
    code, said, complained = await tocsin(system, "apply", str(tmp_path))
    assert code == 0, complained
    code, said, _ = await tocsin(system, "drift", str(tmp_path))
    assert (code, "No drift" in said) == (0, True)
    await team.put(f"/v1/services/{file.stem}", service | {"name": "Accounts"})
    code, said, _ = await tocsin(system, "drift", str(tmp_path))
    assert code == 1
    assert f"service {file.stem} is not as the file says" in said

    file.write_text(yaml.safe_dump(service | {"escalation_policy_id": "nowhere"}))
    code, _, complained = await tocsin(system, "apply", str(tmp_path))
    assert code == 1
    assert "No such escalation policy: nowhere." in complained
    assert (await team.get(f"/v1/services/{file.stem}"))["name"] == "Accounts"
