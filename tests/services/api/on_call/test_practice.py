"""Findings are read and answered over HTTP; what is private moves none, and names are for few."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from events.action_item.events import ActionItemCompleted, ActionItemOpened
from events.action_item.item import ActionItem, ActionKind, Owner, Priority
from events.configuration.team_visibility import TeamVisibilityChanged
from events.ids import ActionItemId, ServiceId, TeamId, incident_stream
from events.postmortem.document.factors import Factor, FactorKind
from events.postmortem.document.terms import DEFAULT_TERMS
from events.postmortem.events import PostmortemFactorRecorded, PostmortemStarted
from tests.projections.metrics.histories import Life, service
from tests.projections.stories import at, tell
from tests.services.api.on_call.rotas import ADA, NOW, Rota, projecting, team

__all__ = ["projecting", "team"]  # fixtures

pytestmark = pytest.mark.stack

PATH = "/v1/practice"
PAYMENTS = {"team": "payments"}
ANSWER = {"reason": "Two people join in January.", "until": "2027-02-01T00:00:00Z"}


async def lived(team: Rota, number: int, who: str = "ada", *, private: bool = False) -> None:
    """Let somebody take an incident, command it and stop it."""
    life = Life(number=number, by=f"responder:{who}")
    lately = NOW.replace(day=1, month=11)
    secret = [life.privacy(0, so_declared=True)] if private else []
    acts = [life.acknowledged(1), life.mitigated(2), life.resolved(3)]
    declared = replace(life.declared(), declared_at=lately)
    await tell(team.log, incident_stream(life.incident_id), declared, *secret, *acts)


async def asked(site: Rota, by: str = "admin", **query: str) -> dict[str, Any]:
    answer = await site.read(PATH, by=by, **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def hero(team: Rota) -> None:
    await tell(team.log, "service-checkout", service(ServiceId("checkout"), "payments"))
    for number in range(1, 61):
        await lived(team, number)


def of(found: dict[str, Any], measure: str) -> dict[str, Any]:
    [one] = [each for each in found["findings"] if each["measure"] == measure]
    shown: dict[str, Any] = one
    return shown


async def test_a_finding_leads_to_its_incidents_and_names_a_person_to_few(team: Rota) -> None:
    await hero(team)
    found = await asked(team, **PAYMENTS)
    factor = of(found, "bus_factor")
    assert (factor["state"], factor["value"], factor["about"]) == ("found", 1, "checkout")
    assert (len(factor["evidence"]), factor["evidence_more"]) == (50, 10)
    first = factor["evidence"][0]
    assert first["name"] == "INC-60"
    assert first["address"] == f"/v1/incidents/{Life(number=60).incident_id}"
    people = {
        who: of(await asked(team, who, **PAYMENTS), "bus_factor")["person"]
        for who in ("admin", "dan", "ada", "ben", "observer")
    }
    assert people == {"admin": "ada", "dan": "ada", "ada": "ada", "ben": None, "observer": None}
    assert "ada" not in of(await asked(team, "ben", **PAYMENTS), "acknowledgements")["text"]
    small = of(found, "small_rotation")
    assert (small["state"], small["value"], small["threshold"]) == ("found", 3, 6)
    assert small["text"].endswith("?")
    assert found["fixes"] == []


async def deployed(team: Rota, number: int, day: int, *, private: bool = False) -> None:
    """Let an incident of November be resolved at once, and have a deployment as its cause."""
    life, on = Life(number=number), NOW.replace(day=day, month=11)
    incident_id = life.incident_id
    secret = [life.privacy(0, so_declared=True)] if private else []
    over = replace(life.resolved(3), resolved_at=on)
    declared = replace(life.declared(), declared_at=on)
    await tell(team.log, incident_stream(incident_id), declared, *secret, over)
    begun = PostmortemStarted(
        incident_id=incident_id,
        author_id=ADA,
        terms=DEFAULT_TERMS,
        started_by="responder:ada",
        started_at=NOW,
    )
    cause = PostmortemFactorRecorded(
        incident_id=incident_id,
        number=1,
        factor_id=uuid4(),
        factor=Factor(
            kind=FactorKind.TRIGGER,
            category="deploy",
            primary=True,
            change_id=f"it is not reported: {number}",
        ),
        text_id=uuid4(),
        text="The queue was full",
        recorded_by="responder:ada",
        recorded_at=NOW,
    )
    await tell(team.log, f"postmortem-{incident_id}", begun, cause)


async def fixed(team: Rota, number: int) -> None:
    """Let the item that is to prevent an incident be done before December."""
    done_at = NOW.replace(day=3, month=11)
    item_id, incident_id = ActionItemId(uuid4()), Life(number=number).incident_id
    opened = ActionItemOpened(
        action_item_id=item_id,
        incident_id=incident_id,
        item=ActionItem(
            text="Add a canary stage",
            action=ActionKind.PREVENT,
            owner=Owner(person=ADA),
            priority=Priority.P2,
            factor=1,
        ),
        due_on=NOW.date(),
        opened_by="responder:ada",
        opened_at=NOW.replace(day=2, month=11),
    )
    completed = ActionItemCompleted(
        action_item_id=item_id,
        incident_id=incident_id,
        evidence_url=None,
        completed_by="responder:ada",
        completed_at=done_at,
    )
    await tell(team.log, f"action_item-{item_id}", opened, completed)


async def test_what_came_again_is_shown_with_what_was_to_prevent_it(team: Rota) -> None:
    await tell(team.log, "service-checkout", service(ServiceId("checkout"), "payments"))
    await deployed(team, 1, 1)
    await fixed(team, 1)
    found = await asked(team, **PAYMENTS)
    assert of(found, "repeats")["state"] == "ok"
    [fix] = found["fixes"]
    assert (fix["incident"], fix["category"], fix["verdict"]) == ("INC-1", "deploy", "says_nothing")
    assert "says nothing yet" in fix["text"]
    before = {who: await asked(team, who) for who in ("admin", "ada", "observer")}
    await deployed(team, 3, 15, private=True)
    assert {who: await asked(team, who) for who in before} == before
    await deployed(team, 2, 20)
    found = await asked(team, **PAYMENTS)
    repeats = of(found, "repeats")
    assert (repeats["state"], repeats["value"]) == ("found", 1)
    assert [one["name"] for one in repeats["evidence"]] == [
        "INC-2: again",
        "INC-1: it has no postmortem",
    ]
    failed = of(found, "fix_did_not_fix")
    assert (failed["state"], failed["evidence"][1]["name"]) == ("found", "INC-2: again")
    [fix] = found["fixes"]
    assert fix["verdict"] == "came_again"
    assert [one["reference"] for one in fix["again"]] == ["INC-2"]
    assert of(found, "own_change_unheard")["state"] == "too_few"


async def test_a_private_incident_moves_no_finding_of_anybody(team: Rota) -> None:
    await hero(team)
    before = {who: await asked(team, who) for who in ("admin", "ada", "observer")}
    for number in range(100, 160):
        await lived(team, number, "ben", private=True)
    assert {who: await asked(team, who) for who in before} == before


async def test_what_a_team_keeps_to_itself_is_no_finding_of_its_own_for_others(team: Rota) -> None:
    await hero(team)
    hides = TeamVisibilityChanged(
        team_id=TeamId("payments"), team_only=True, changed_by="responder:dan", changed_at=at(0)
    )
    await tell(team.log, "team_visibility-payments", hides)
    kept = await team.read(PATH, by="observer", **PAYMENTS)
    assert kept.status_code == 403
    kept = await team.read(PATH, by="observer", service="checkout")
    assert kept.status_code == 403
    others = (await asked(team, "observer"))["findings"]
    assert not [one for one in others if one["about"] in {"checkout", team.schedule}]
    assert of(await asked(team, "ada", **PAYMENTS), "bus_factor")["evidence"] != []


async def test_a_manager_answers_a_finding_and_it_stays_visible_with_the_answer(
    team: Rota,
) -> None:
    await hero(team)
    path = "/v1/teams/payments/practice/small_rotation/answer"
    body = ANSWER | {"about": team.schedule}
    for who, status in (("ada", 403), ("observer", 403), ("dan", 200)):
        told = await team.http.put(path, json=body, headers=team.headers[who])
        assert told.status_code == status, told.text
    answered = of(await asked(team, "observer", **PAYMENTS), "small_rotation")
    assert answered["state"] == "found"
    assert answered["answer"]["reason"] == ANSWER["reason"]
    assert answered["answer"]["answered_by"] == "responder:dan"
    assert of(await asked(team), "small_rotation")["answer"] is None, "that is everybody's"
    whole = "/v1/practice/small_rotation/answer"
    assert (await team.http.put(whole, json=body, headers=team.headers["dan"])).status_code == 403
    assert (await team.http.put(whole, json=body, headers=team.headers["admin"])).status_code == 200


async def test_a_manager_has_the_team_asked_once_a_week(team: Rota) -> None:
    path = "/v1/teams/payments/practice/weekly-questions"
    assert (await team.read(path, by="observer")).json() == {"team_id": "payments", "weekly": False}
    for who, status in (("ada", 403), ("observer", 403), ("dan", 200)):
        told = await team.http.put(path, json={"weekly": True}, headers=team.headers[who])
        assert told.status_code == status, told.text
    assert (await team.read(path, by="observer")).json()["weekly"] is True
    nobodys = path.replace("payments", "nobodys")
    for told in (
        await team.read(nobodys, by="admin"),
        await team.http.put(nobodys, json={"weekly": True}, headers=team.headers["admin"]),
    ):
        assert told.status_code == 404
        assert "There is no team nobodys." in told.text


async def test_what_cannot_be_answered_names_the_field(team: Rota) -> None:
    path = "/v1/practice/{}/answer"
    admin = team.headers["admin"]
    late = ANSWER | {"until": "2029-01-01T00:00:00Z"}
    told = await team.http.put(path.format("actionable"), json=late, headers=admin)
    assert told.status_code == 422
    assert "at most a year ahead" in told.text
    told = await team.http.put(path.format("heroes"), json=ANSWER, headers=admin)
    assert told.status_code == 422
    both = await team.read(PATH, service="checkout", team="payments")
    assert both.status_code == 422
    assert (await team.read(PATH, team="nobodys")).status_code == 422
