"""People hear of their shifts by mail, and owners hear at once when nobody is on call."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def hears(mail: MailServer, who: str, what: str) -> str:
    async def heard() -> str | None:
        mails = [one for one in mail.mails if f"{who}@" in str(one["To"])]
        return next((str(one) for one in mails if what in str(one["Subject"])), None)

    return await eventually(f"{who} hears {what!r}", heard)


def daily(team: Team, *people: str) -> dict[str, Any]:
    """Return a schedule whose daily hand-off was ten minutes ago."""
    began = datetime.now(UTC) - timedelta(minutes=10, days=len(people) - 1)
    rotation = {
        "slots": [[one] for one in people],
        "first_hand_off": f"{began:%Y-%m-%d}",
        "hand_off_at": f"{began:%H:%M}:00",
        "frequency": "daily",
    }
    layer = {"layer_id": "daily", "name": "Daily", "rotation": rotation}
    return {"name": team.service, "zone": "UTC", "layers": [layer]}


async def test_whoever_takes_over_is_told_what_happened_before(
    team: Team, mail: MailServer
) -> None:
    declared = await team.declare("Checkout fails")
    await team.happens(declared["reference"], "page.level_reached")
    await team.put(f"/v1/schedules/{team.service}", daily(team, team.ada, team.grace))
    begins = await hears(mail, team.grace, "You are on call")
    assert "On the shift before" in begins
    assert declared["reference"] in begins
    await hears(mail, team.ada, "is over")


async def test_a_person_who_is_forgotten_while_on_call_is_missed_at_once(
    team: Team, mail: MailServer
) -> None:
    members = [{"responder_id": team.grace, "manager": True}]
    await team.put(f"/v1/teams/{team.service}", {"name": "Payments", "members": members})
    schedule = daily(team, team.ada) | {"team_id": team.service}
    await team.put(f"/v1/schedules/{team.service}", schedule)
    await hears(mail, team.ada, "You are on call")
    path, reason = f"/v1/subjects/{team.ada}", {"reason": "Left the company"}
    answer = await team.http.request("DELETE", path, json=reason)
    assert answer.status_code == 200, answer.text
    await hears(mail, team.grace, f"Nobody is on call for {team.service} now")
    [shown] = (await team.get("/v1/on-call", schedule=team.service))["schedules"]
    assert not shown["now"]["on_call"]


async def test_cover_is_asked_for_and_answered_by_mail(team: Team, mail: MailServer) -> None:
    await team.put(f"/v1/schedules/{team.service}", daily(team, team.ada, team.grace))
    began = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=10)
    ask = {  # the day after tomorrow is Grace's, who has today
        "responder_id": team.grace,
        "starts_at": (began + timedelta(days=2)).isoformat(),
        "ends_at": (began + timedelta(days=3)).isoformat(),
        "asked_ids": [team.ada],
    }
    path = f"/v1/schedules/{team.service}/cover-requests"
    asked = await team.post(path, ask, by=team.grace)
    assert asked.status_code in {200, 201}, asked.text
    await hears(mail, team.ada, f"{team.grace} asks you to take")
    taken = await team.post(f"{path}/1/acceptance", {}, by=team.ada)
    assert taken.status_code == 200, taken.text
    await hears(mail, team.grace, f"{team.ada} takes")
