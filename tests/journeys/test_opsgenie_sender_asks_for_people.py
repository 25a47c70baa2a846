"""A sender of Opsgenie's API escalates and assigns: those whom it names are paged for real."""

import pytest

from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.alertmanager import alertmanager_of
from tests.journeys.team import Team
from tests.journeys.test_a_real_alertmanager import opened

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_it_escalates_to_the_next_level_and_calls_one_person_back(
    team: Team, mail: MailServer
) -> None:
    key = (await alertmanager_of(team)).split("/")[3]
    headers = {"authorization": f"GenieKey {key}"}

    async def says(path: str, body: dict[str, object]) -> None:
        answer = await team.http.post(f"/v2/alerts{path}", json=body, headers=headers)
        assert answer.status_code == 202, answer.text

    async def mails_to(who: str) -> int:
        return sum(who in str(one) for one in mail.mails)

    await says("", {"message": f"Disk of {team.name} is full", "alias": "disk", "priority": "P2"})
    incident = await opened(team, "Disk of")
    await team.happens(incident["reference"], "page.level_reached")
    await says("/disk/escalate?identifierType=alias", {"escalation": {"name": team.service}})

    async def grace_is_paged() -> bool:
        return await mails_to(team.grace) > 0

    await eventually("the next level is paged", grace_is_paged)
    before = await mails_to(team.ada)
    await says("/disk/assign?identifierType=alias", {"owner": {"username": team.ada}})
    await team.happens(incident["reference"], "incident.reassigned")

    async def ada_is_paged_again() -> bool:
        return await mails_to(team.ada) > before

    await eventually("whom it is assigned to is paged", ada_is_paged_again)
