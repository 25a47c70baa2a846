"""An answer is not the end: it is put off, given to others, and help is asked for."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from services.stack.stack import Stack
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team
from tests.journeys.test_paging_and_answers import mail_to
from tests.journeys.test_the_command_line import tocsin

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_a_snoozed_incident_says_until_when_and_pages_whoever_ends_it_early(
    team: Team, system: Stack
) -> None:
    reference = (await team.declare())["reference"]
    await team.happens(reference, "page.level_reached")
    answer = await team.give(reference, "snooze", {"duration_seconds": 3600}, by=team.ada)
    assert answer.status_code == 200, answer.text
    shown = await team.sees(reference, lambda one: one["paging"] == "snoozed")
    assert (shown["held_by"], shown["status"]) == (f"responder:{team.ada}", "acknowledged")
    until = datetime.fromisoformat(shown["snoozed_until"])
    assert timedelta(minutes=59) < until - datetime.now(UTC) <= timedelta(hours=1)

    code, said, _ = await tocsin(system, "snooze", reference, "4h", "--as", team.ada)
    assert (code, f"{reference} is yours and snoozed for 4h" in said) == (0, True)
    code, _, complained = await tocsin(system, "snooze", reference, "8d", "--as", team.ada)
    assert (code, "duration_seconds" in complained) == (1, True)
    late = (datetime.now(UTC) + timedelta(days=8)).isoformat()
    refused = await team.give(reference, "snooze", {"until": late}, by=team.ada)
    assert (refused.status_code, refused.json()["type"].rpartition("#")[2]) == (
        422,
        "snooze-out-of-range",
    )

    code, _, _ = await tocsin(system, "unsnooze", reference, "--as", team.grace)
    assert code == 0
    shown = await team.sees(reference, lambda one: one["paging"] == "paging")
    assert (shown["held_by"], shown["snoozed_until"], shown["status"]) == (None, None, "declared")


async def test_a_reassigned_incident_pages_those_it_is_given_to(
    team: Team, mail: MailServer, system: Stack
) -> None:
    reference = (await team.declare())["reference"]
    await mail_to(mail, team.ada)
    mail.mails.clear()
    self = await team.give(
        reference, "reassignment", {"responder_ids": [team.ada], "reason": "Mine"}, by=team.ada
    )
    assert self.status_code == 422
    code, said, _ = await tocsin(
        system, "reassign", reference, "It is the database", "--to", team.grace, "--as", team.ada
    )
    assert (code, f"{reference} is reassigned to {team.grace}" in said) == (0, True)
    text = await mail_to(mail, team.grace)
    assert "It is the database" in text
    link = re.search(r"https?://\S+/ack/[\w.~-]+", text)
    assert link is not None
    assert "You have it" in (await team.http.post(link.group())).text
    shown = await team.sees(reference, lambda one: one["held_by"])
    assert shown["held_by"] == f"responder:{team.grace}"
    timeline = await team.get(f"/v1/incidents/{reference}/timeline", limit=200)
    sentences = [one["sentence"] for one in timeline["entries"]]
    assert f"{team.ada} reassigned the incident to {team.grace}: It is the database." in sentences


async def test_those_asked_to_help_accept_or_decline_and_whoever_asked_is_told(
    team: Team, mail: MailServer, system: Stack
) -> None:
    reference = (await team.declare())["reference"]
    await team.happens(reference, "page.level_reached")
    await team.give(reference, "acknowledgement", by=team.ada)
    mail.mails.clear()
    people = ["--to", team.grace]
    code, _, _ = await tocsin(
        system, "add-responders", reference, "Look at the disk", *people, "--as", team.ada
    )
    assert code == 0
    text = await mail_to(mail, team.grace)
    link = re.search(r"https?://\S+/ack/[\w.~-]+/decline", text)
    assert link is not None
    assert (await team.http.get(link.group())).text.count("<button") == 2
    assert "You declined" in (await team.http.post(link.group())).text
    told = await mail_to(mail, team.ada)
    assert f"{team.grace} does not come" in told
    shown = await team.sees(reference, lambda one: one["responder_requests"][0]["answered_by"])
    [request] = shown["responder_requests"]
    assert (request["state"], request["responder_id"]) == ("declined", team.grace)

    await tocsin(system, "add-responders", reference, "Please", *people, "--as", team.ada)
    shown = await team.sees(reference, lambda one: len(one["responder_requests"]) == 2)
    number = str(shown["responder_requests"][1]["number"])
    code, _, complained = await tocsin(system, "accept-page", reference, number, "--as", team.ada)
    assert (code, team.grace in complained) == (1, True)
    code, said, _ = await tocsin(system, "accept-page", reference, number, "--as", team.grace)
    assert (code, f"You are a responder of {reference}" in said) == (0, True)
    shown = await team.sees(reference, lambda one: len(one["responders"]) == 2)
    assert shown["held_by"] == f"responder:{team.ada}"


async def test_an_incident_is_escalated_by_hand_and_a_second_click_is_told_that_it_was(
    team: Team, mail: MailServer, system: Stack
) -> None:
    reference = (await team.declare())["reference"]
    await mail_to(mail, team.ada)
    await team.give(reference, "acknowledgement", by=team.ada)
    await team.happens(reference, "page.acknowledged")
    seen = {"page": 1, "round": 1, "level": 1}
    answer = await team.give(reference, "escalation", {**seen, "reason": "Stuck"}, by=team.ada)
    assert answer.status_code == 200, answer.text
    again = await team.give(reference, "escalation", seen, by=team.ada)
    assert (again.status_code, "look at it again" in again.json()["detail"]) == (409, True)
    text = await mail_to(mail, team.grace)
    assert "Stuck" in text
    shown = await team.sees(reference, lambda one: len(one["pages"]) == 2)
    assert (shown["held_by"], shown["pages"][1]["number"]) == (None, 2)

    code, _, complained = await tocsin(system, "escalate", reference, "--as", team.ada)
    assert (code, "the last" in complained) == (1, True)
