"""Whoever subscribed hears where things stand, and nobody hears it late."""

from uuid import uuid4

import pytest

from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]

UPDATE = {"impact": "30% of payments fail", "current_actions": "Rolling back the deploy"}


async def stakeholder(team: Team, **wish: object) -> tuple[str, str]:
    """Make somebody known who is on no escalation policy, and subscribe them."""
    name = f"sue-{uuid4().hex[:8]}"
    email = {"channel": "email", "address": f"{name}@example.com"}
    await team.put(f"/v1/responders/{name}", {"name": "Sue", "contact_methods": [email]})
    body = {"responder_id": name, "service_id": team.service, **wish}
    await team.put(f"/v1/subscriptions/{name}", body)
    return name, f"/v1/subscriptions/{name}"


def mails_to(mail: MailServer, who: str) -> list[str]:
    found = [one for one in mail.mails if who in str(one["to"])]
    return [str(one["subject"]) for one in found]


async def test_a_subscriber_gets_the_update_in_the_practices_shape(
    team: Team, mail: MailServer
) -> None:
    sue, _ = await stakeholder(team)
    declared = await team.declare()
    path = f"/v1/incidents/{declared['reference']}"
    draft = await team.get(f"{path}/status-update-draft")
    assert draft["markdown"].startswith("## Status Update - ")

    published = await team.post(f"{path}/status-updates", UPDATE, by=team.ada)
    assert published.status_code == 200, published.text

    async def look() -> str | None:
        for one in mail.mails:
            body = one.get_body(("plain",))
            if sue in str(one["to"]) and body is not None:
                return str(body.get_content())
        return None

    text = await eventually("the update is mailed to the subscriber", look)
    assert "Impact:\n- 30% of payments fail" in text.replace("\r\n", "\n")
    [subject] = mails_to(mail, sue)
    assert f"{declared['reference']} update 1" in subject
    told = await team.get(f"{path}/status-updates")
    assert (
        "**Current Actions:**\n- Rolling back the deploy" in told["status_updates"][0]["markdown"]
    )

    async def told_of() -> bool:
        timeline = await team.get(f"{path}/timeline")
        sentences = [one["sentence"] for one in timeline["entries"]]
        return any(one.startswith("Status update 1 was sent to") for one in sentences)

    await eventually("the timeline tells of the update", told_of)


async def test_who_unsubscribed_and_who_asked_for_worse_hears_nothing(
    team: Team, mail: MailServer
) -> None:
    sue, subscription = await stakeholder(team)
    bea, _ = await stakeholder(team, severities=["SEV1"])
    ended = await team.http.delete(subscription)
    assert ended.is_success, ended.text
    declared = await team.declare()
    path = f"/v1/incidents/{declared['reference']}"
    triaged = {"impact": "degraded", "scope": "limited"}
    assert (await team.post(f"{path}/triage", triaged, by=team.ada)).is_success
    assert (await team.post(f"{path}/status-updates", UPDATE, by=team.ada)).is_success
    await team.happens(declared["reference"], "announcement.planned")
    assert not mails_to(mail, sue)
    assert not mails_to(mail, bea)


async def test_an_update_that_was_overtaken_on_its_way_is_not_sent_any_more(
    team: Team, mail: MailServer
) -> None:
    sue, _ = await stakeholder(team)
    mail.rcpt = "451 4.2.0 Try again later"
    declared = await team.declare()
    path = f"/v1/incidents/{declared['reference']}"
    assert (await team.post(f"{path}/status-updates", UPDATE, by=team.ada)).is_success
    await team.happens(declared["reference"], "announcement.planned")
    assert (await team.post(f"{path}/status-updates", UPDATE, by=team.ada)).is_success
    mail.rcpt = "250 OK"
    await team.happens(declared["reference"], "delivery.suppressed")
    await eventually("the newer one is mailed", lambda: bool(mails_to(mail, sue)))
    assert all("update 2" in subject for subject in mails_to(mail, sue))
