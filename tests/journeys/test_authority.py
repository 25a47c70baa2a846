"""Roles that matter: empty ones are asked for, promises are kept, reserved actions are."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]

ALL_DAY = {"zone": "UTC", "weekdays": [1, 2, 3, 4, 5, 6, 7], "opens": "00:00:00"}


async def policy(team: Team, authority: str = "strict", **sev2: Any) -> None:
    """Give the team's service a policy in which SEV2 asks for this."""
    now = {"when": "immediate"}
    body = {
        "responses": [
            {"severity": "SEV1", **now},
            {"severity": "SEV2", **now, **sev2},
            {"severity": "SEV3", **now},
            {"severity": "SEV4", **now},
        ],
        "calendar": {**ALL_DAY, "closes": "00:00:00"},
        "authority": authority,
    }
    await team.put(f"/v1/response-policies/{team.service}", body)


async def declared_as_sev2(team: Team) -> str:
    body = {"title": "Checkout fails", "service_id": team.service, "severity": "SEV2"}
    answer = await team.post("/v1/incidents", body)
    assert answer.status_code == 201, answer.text
    reference: str = answer.json()["reference"]
    return reference


@pytest.fixture
async def grace(team: Team, system: Stack) -> AsyncIterator[Team]:
    """Grace, with a key that is hers and no admin's."""
    body = {"name": "Grace", "scopes": ["responder"], "responder_id": team.grace}
    minted = await team.post("/v1/api-keys", body)
    assert minted.status_code == 201, minted.text
    async with Team.at(system, minted.json()["key"]) as hers:
        yield hers


async def told(mail: MailServer, who: str, what: str) -> str:
    """Return the subject of the first mail to somebody whose text says this."""

    async def look() -> str | None:
        for one in mail.mails:
            body = one.get_body(("plain",))
            text = f"{one['subject']} {body.get_content() if body else ''}"
            if who in str(one["to"]) and what in " ".join(text.split()):
                return str(one["subject"])
        return None

    return await eventually(f"a mail to {who} that says {what!r}", look)


async def test_an_empty_command_is_asked_for_and_then_paged_for(
    team: Team, mail: MailServer
) -> None:
    await policy(team, mandatory_roles=[{"role": "commander", "within_seconds": 1}])
    reference = await declared_as_sev2(team)
    path = f"/v1/incidents/{reference}"
    assert (await team.post(f"{path}/acknowledgement", by=team.grace)).is_success
    await told(mail, team.grace, f"Nobody is incident commander of {reference}")
    # The second time it goes to whoever is on call: the policy begins with Ada.
    await told(mail, team.ada, f"Nobody is incident commander of {reference}")

    taken = await team.post(f"{path}/roles/commander", {"responder_id": team.ada}, by=team.ada)
    assert taken.is_success, taken.text
    happened = await team.happens(reference, "incident.page_cancelled")
    assert happened.count("role.unfilled") == 2


async def test_a_promised_update_is_reminded_of_then_overdue_and_the_commander_is_asked(
    team: Team, mail: MailServer
) -> None:
    await policy(team, update_every_seconds=2)
    reference = await declared_as_sev2(team)
    path = f"/v1/incidents/{reference}"
    roles = {"commander": team.ada, "communications": team.grace}
    for role, who in roles.items():
        assert (await team.post(f"{path}/roles/{role}", {"responder_id": who}, by=who)).is_success
    await told(mail, team.grace, "The next status update is due")
    await told(mail, team.ada, "is overdue")
    shown = await team.sees(reference, lambda one: one["update_overdue"])
    assert shown["roles"] == roles

    draft = await team.get(f"{path}/status-update-draft")
    assert draft["next_update_at"] is not None
    update = {"impact": "None any more", "current_actions": "Watching"}
    published = await team.post(f"{path}/status-updates", update, by=team.grace)
    assert published.is_success, published.text
    shown = await team.get(path, after_position=published.json()["position"])
    assert not shown["update_overdue"]
    assert shown["next_update_at"] == shown["status_update"]["next_update_at"]


async def test_reserved_actions_are_refused_where_authority_is_strict_and_logged_else(
    team: Team, grace: Team
) -> None:
    await policy(team)
    reference = await declared_as_sev2(team)
    path = f"/v1/incidents/{reference}"
    taken = await team.post(f"{path}/roles/commander", {"responder_id": team.ada}, by=team.ada)
    assert taken.is_success, taken.text
    refused = await grace.post(f"{path}/resolution", {"summary": "Looks fine"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not-the-commander")
    unexplained = await team.post(f"{path}/resolution", {"summary": "Fixed"})
    assert unexplained.json()["code"] == "reason-required"
    explained = {"summary": "Fixed", "reason": "Ada lost her connection"}
    in_graces_name = await team.post(f"{path}/resolution", explained, by=team.grace)
    assert in_graces_name.json()["code"] == "not-the-commander"
    assert (await team.post(f"{path}/resolution", explained)).is_success
    assert "incident.commander_overridden" in await team.happens(reference, "incident.resolved")

    await policy(team, "advisory")
    other = await declared_as_sev2(team)
    path = f"/v1/incidents/{other}"
    await team.post(f"{path}/roles/commander", {"responder_id": team.ada}, by=team.ada)
    assert (await grace.post(f"{path}/resolution", {"summary": "Looks fine"})).is_success
    assert "incident.commander_overridden" in await team.happens(other, "incident.resolved")
