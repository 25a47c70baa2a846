"""People are paged by their own rules: one way after the other, and not in their quiet hours."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def of_page(team: Team, incident: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the messages of the incident's first page, as the delivery log has them."""

    async def there() -> list[dict[str, Any]] | None:
        pages = await team.get(f"/v1/incidents/{incident['reference']}/pages")
        if not pages["deliveries"]:
            return None
        page_id = pages["deliveries"][-1]["page_id"]
        listed = await team.get(f"/v1/pages/{page_id}/deliveries")
        return list(reversed(listed["deliveries"]))

    return await eventually("somebody is paged", there)


async def settled(team: Team, incident: dict[str, Any], *states: str) -> list[dict[str, Any]]:
    """Return the messages once these became of them, in the order of their times."""

    async def there() -> list[dict[str, Any]] | None:
        found = sorted(await of_page(team, incident), key=lambda one: one["not_before"] or "")
        return found if [one["state"] for one in found] == list(states) else None

    return await eventually(f"messages are {', '.join(states)}", there)


async def register(team: Team, **more: Any) -> None:
    methods = [
        {"channel": "email", "address": f"{team.ada}@example.com"},
        {"channel": "email", "address": f"{team.ada}-at-home@example.com"},
    ]
    body = {"name": "Ada", "contact_methods": methods, **more}
    await team.put(f"/v1/responders/{team.ada}", body)


async def declared(team: Team, severity: str | None) -> dict[str, Any]:
    body = {"title": "Checkout fails", "service_id": team.service, "severity": severity}
    answer = await team.post("/v1/incidents", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_second_way_follows_when_nobody_answers_the_first(
    team: Team, mail: MailServer
) -> None:
    rules = {"high": [{"contact_method": 1}, {"contact_method": 2, "after_seconds": 2}]}
    await register(team, notification_rules=rules)
    incident = await declared(team, "SEV2")
    first, second = await settled(team, incident, "sent", "sent")
    assert (first["address"], first["not_before"]) == (0, None)
    assert second["address"] == 1
    assert datetime.fromisoformat(second["finished_at"]) >= datetime.fromisoformat(
        second["not_before"]
    )
    to = [str(one["to"]).partition("@")[0] for one in mail.mails if team.ada in str(one["to"])]
    assert to == [team.ada, f"{team.ada}-at-home"]


async def test_an_answer_drops_what_waits(team: Team) -> None:
    rules = {"high": [{"contact_method": 1}, {"contact_method": 2, "after_seconds": 3600}]}
    await register(team, notification_rules=rules)
    incident = await declared(team, None)
    await settled(team, incident, "sent", "intended")
    path = f"/v1/incidents/{incident['reference']}/acknowledgement"
    assert (await team.post(path, by=team.ada)).status_code == 200
    _, dropped = await settled(team, incident, "sent", "suppressed")
    assert dropped["error"] == "incident_acknowledged"


async def test_quiet_hours_hold_low_urgency_back_and_a_rising_severity_ends_that(
    team: Team,
) -> None:
    now = datetime.now(UTC)
    quiet = {
        "begins": (now - timedelta(hours=1)).strftime("%H:%M:00"),
        "ends": (now + timedelta(hours=3)).strftime("%H:%M:00"),
        "zone": "UTC",
    }
    await register(team, quiet_hours=quiet)
    await team.put(
        f"/v1/response-policies/{team.service}",
        {
            "responses": [
                {"severity": severity, "when": "immediate"}
                for severity in ("SEV1", "SEV2", "SEV3", "SEV4")
            ],
            "calendar": {
                "zone": "UTC",
                "weekdays": [1, 2, 3, 4, 5],
                "opens": "09:00:00",
                "closes": "17:00:00",
            },
        },
    )
    incident = await declared(team, "SEV3")
    waiting = await settled(team, incident, "intended", "intended")
    assert all(one["not_before"] > now.isoformat() for one in waiting)
    path = f"/v1/incidents/{incident['reference']}/severity"
    raised = await team.post(path, {"severity": "SEV2", "reason": "It spreads."})
    assert raised.status_code == 200, raised.text

    async def loud() -> bool:
        listed = await team.get(f"/v1/responders/{team.ada}/deliveries")
        return [one["state"] for one in listed["deliveries"]].count("sent") == 2

    await eventually("ada is paged at once", loud)


async def test_a_contact_method_is_verified_by_the_code_that_came(
    team: Team, mail: MailServer
) -> None:
    await register(team)
    path = f"/v1/responders/{team.ada}/contact-methods/2/verification"
    sent = await team.http.post(path)
    assert sent.json()["taken"] is True, sent.text
    home = [one for one in mail.mails if f"{team.ada}-at-home" in str(one["to"])]
    code = re.search(r"\d{3} \d{3}", str(home[-1]["subject"]))
    assert code
    entered = await team.post(f"{path}/confirmation", {"code": code[0]})
    assert entered.status_code == 200, entered.text
    shown = await team.get(f"/v1/responders/{team.ada}", after_position=entered.json()["position"])
    verified = [one["verified_at"] is not None for one in shown["contact_methods"]]
    assert verified == [False, True]
    [warning] = shown["warnings"]
    assert warning.startswith("Contact method 1 of")
