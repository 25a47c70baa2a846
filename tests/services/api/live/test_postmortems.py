"""A postmortem is written by many hands, read by others, and tells nothing it must not."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from events.action_item.item import ActionItemState
from events.configuration.api_key import ApiScope
from events.ids import IncidentId, ResponderId, incident_stream
from events.incident.commands import MitigateIncident, ResolveIncident
from events.incident.decide import incident_decider
from events.postmortem.document.sections import Section
from services.export.document import STATUS
from tests.harness import ADMIN, now
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_private_incidents import cast_of

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

FACTOR = {
    "factor_kind": "trigger",
    "category": "deploy",
    "text": "All servers at once",
    "primary": True,
}
ITEM = {"text": "Add a canary stage", "action": "prevent", "owner": "ada", "priority": "P1"}


class Desk:
    """A postmortem and the people around it."""

    def __init__(self, api: Api, incident: str) -> None:
        self.api = api
        self.path = f"/v1/incidents/{incident}/postmortem"

    async def ask(self, method: str, noun: str = "", body: Any = None, **headers: str) -> Response:
        return await self.api.http.request(
            method, f"{self.path}{noun}", json=body, headers=headers or None
        )

    async def done(self, method: str, noun: str, body: Any = None, **headers: str) -> Any:
        answer = await self.ask(method, noun, body, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def write(self, section: str, text: str, based_on: int = 0, **headers: str) -> Response:
        about = {"If-Match": f'"{based_on}"', **headers}
        return await self.ask("PUT", f"/sections/{section}", {"text": text}, **about)

    async def shown(self, **query: Any) -> Any:
        query = query or {"after_position": await self.api.log.head()}
        answer = await self.api.http.get(self.path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def markdown(self) -> str:
        query = {"after_position": await self.api.log.head()}
        answer = await self.api.http.get(f"{self.path}.md", params=query)
        assert answer.status_code == 200, answer.text
        return answer.text


async def begun(api: Api, **more: Any) -> Desk:
    for name in ("ada", "ben", "cem"):
        await api.responder(name)
    declared = await api.declare(**{"severity": "SEV1", **more})
    desk = Desk(api, declared["reference"])
    await desk.done("POST", "", {"author_id": "ada"})
    return desk


async def person(api: Api, name: str) -> dict[str, str]:
    return await holder_of(api.log, ApiScope.RESPONDER, responder_id=ResponderId(name))


def section_of(shown: Any, name: str) -> Any:
    [found] = [one for one in shown["sections"] if one["section"] == name]
    return found


async def test_until_somebody_writes_a_section_it_is_what_the_log_says(alone: Api) -> None:
    declared = await alone.declare(severity="SEV2", summary="Cards are refused")
    desk = Desk(alone, declared["reference"])
    shown = await desk.shown()
    assert not shown["begun"]
    summary = section_of(shown, "summary")
    assert (summary["revision"], summary["computed"]) == (0, True)
    assert "Cards are refused." in summary["text"]
    assert shown["missing"][0] == "impact"  # the log answers what the summary asks
    refused = await desk.write("summary", "Ours")
    assert (refused.status_code, refused.json()["code"]) == (404, "postmortem-not-found")


async def test_a_later_writer_gets_their_text_the_base_and_the_merge(alone: Api) -> None:
    desk = await begun(alone)
    base = "One.\nTwo.\nThree.\n"
    assert (await desk.write("impact", base)).is_success
    assert (await desk.write("impact", "ONE.\nTwo.\nThree.\n", 1)).is_success
    late = await desk.write("impact", "One.\nTwo.\nThree, and more.\n", 1)
    assert late.status_code == 412
    problem = late.json()
    assert problem["code"] == "section-changed"
    assert problem["revision"] == 2
    assert problem["base"] == base
    assert problem["theirs"] == "ONE.\nTwo.\nThree.\n"
    assert problem["merged"] == "ONE.\nTwo.\nThree, and more.\n"
    assert (await desk.write("impact", problem["merged"], 2)).is_success
    same_line = (await desk.write("impact", "Uno.\nTwo.\nThree.\n", 1)).json()
    assert same_line["merged"] is None


async def test_people_in_other_sections_never_see_a_conflict(alone: Api) -> None:
    desk = await begun(alone)
    for section in Section:
        assert (await desk.write(section, f"Words on {section}")).is_success
    unread = await desk.ask("PUT", "/sections/impact", {"text": "x"})
    assert unread.status_code == 422
    assert unread.json()["errors"][0]["field"] == "header.If-Match"


async def test_a_text_of_five_megabytes_is_refused_clearly(alone: Api) -> None:
    desk = await begun(alone)
    refused = await desk.write("summary", "x" * 5_000_000)
    assert refused.status_code in {413, 422}
    assert (await desk.write("summary", "x" * 50_001)).json()["errors"][0]["field"] == "body.text"
    assert section_of(await desk.shown(), "summary")["revision"] == 0


async def test_a_review_keeps_what_the_log_says_and_offers_what_it_says_later(
    alone: Api,
) -> None:
    desk = await begun(alone)
    await desk.done("POST", "/review", {"reviewer_ids": ["ben"]})
    kept = section_of(await desk.shown(), "action_items")
    assert (kept["revision"], kept["computed"], kept["log_says"]) == (1, True, None)
    assert section_of(await desk.shown(), "summary")["log_says"] is None
    incident_id = IncidentId(UUID((await desk.shown())["incident_id"]))
    mitigate = MitigateIncident(summary="Rolled back to v41", actor=ADMIN, at=now())
    await alone.store(incident_decider, incident_stream(incident_id), mitigate)
    later = section_of(await desk.shown(), "summary")
    assert "Rolled back to v41" not in later["text"]
    assert "Rolled back to v41" in later["log_says"]
    assert (await desk.shown())["timeline"]["newer"] > 0


async def test_two_reviewers_one_from_outside_and_a_stale_approval(alone: Api) -> None:
    desk = await begun(alone)
    ben, cem, ada = [await person(alone, name) for name in ("ben", "cem", "ada")]
    for section in Section:
        await desk.write(section, f"Words on {section}.")
    await desk.done("POST", "/factors", FACTOR)
    await desk.done("POST", "/review", {"reviewer_ids": ["ben", "cem"]})
    digest = (await desk.shown())["digest"]
    own = await desk.ask("POST", "/approval", {"digest": digest}, **ada)
    assert (own.status_code, own.json()["code"]) == (403, "not-a-reviewer")
    await desk.done("POST", "/approval", {"digest": digest}, **ben)
    assert not (await desk.shown())["approved"]
    await desk.done("POST", "/approval", {"digest": digest}, **cem)
    shown = await desk.shown()
    assert shown["approved"]
    assert shown["missing"] == []
    await desk.done("POST", "/factors", {**FACTOR, "category": "expiry", "primary": False})
    stale = await desk.shown()
    assert [one["stale"] for one in stale["approvals"]] == [True, True]
    refused = await desk.ask("POST", "/publication", {})
    assert (refused.status_code, refused.json()["missing"]) == (409, ["review"])
    await desk.done("POST", "/publication", {"reason": "Both read it on paper"})
    assert (await desk.shown())["published_edition"] == 1
    late = await desk.write("summary", "More is known.", 1)
    assert (late.status_code, late.json()["code"]) == (409, "postmortem-is-published")
    await desk.done("POST", "/revision")
    assert (await desk.write("summary", "More is known.", 1)).is_success
    assert (await desk.shown())["edition"] == 2


async def test_curating_leaves_the_logs_timeline_as_it_is_and_the_past_has_its_own(
    alone: Api,
) -> None:
    desk = await begun(alone)
    incident = desk.path.removesuffix("/postmortem")
    query = {"after_position": await alone.log.head()}
    log = (await alone.http.get(f"{incident}/timeline", params=query)).json()["entries"]
    stream = (await alone.http.get(f"{incident}/events")).content
    first = (await desk.shown())["timeline"]["entries"][0]
    assert first["shown"]
    before = await alone.log.head()
    await desk.done("PUT", f"/timeline/{first['position']}/choice", {"choice": "hidden"})
    note = {"text": "Nobody looked"}
    await desk.done("PUT", f"/timeline/{first['position']}/annotation", note)
    added = {"happened_at": "2026-11-23T11:00:00Z", "text": "The vendor saw it"}
    entry = await desk.done("POST", "/timeline/added", added)
    timeline = (await desk.shown())["timeline"]
    assert timeline["added"] == 1
    assert timeline["shown"] == timeline["of"] - sum(
        not one["shown"] for one in timeline["entries"]
    )
    assert "The vendor saw it" in await desk.markdown()
    query = {"after_position": await alone.log.head()}
    again = (await alone.http.get(f"{incident}/timeline", params=query)).json()["entries"]
    assert again == log
    assert (await alone.http.get(f"{incident}/events")).content == stream
    then = (await desk.shown(as_of=before))["timeline"]
    assert then["added"] == 0
    assert then["entries"][0]["shown"]
    await desk.done("DELETE", f"/timeline/added/{entry['entry_id']}")
    assert (await desk.shown())["timeline"]["added"] == 0
    nowhere = await desk.ask("PUT", "/timeline/999999/choice", {"choice": "shown"})
    assert (nowhere.status_code, nowhere.json()["errors"][0]["field"]) == (422, "path.position")


async def test_the_primary_factor_is_the_cause_that_is_counted(alone: Api) -> None:
    desk = await begun(alone)
    assert (await desk.done("POST", "/factors", FACTOR))["number"] == 1
    why = {**FACTOR, "category": "process", "because_of": 1, "text": "No canary stage"}
    await desk.done("POST", "/factors", why)
    factors = (await desk.shown())["factors"]
    assert [(one["number"], one["depth"], one["primary"]) for one in factors] == [
        (1, 0, False),
        (2, 1, True),
    ]
    position = await alone.log.head()
    query = {"after_position": position}
    await desk.shown(**query)
    async with alone.log.database.connection() as connection:
        cause = await connection.fetchval("select cause from read.incident_facts")
    assert cause == "process"
    circle = await desk.ask("PUT", "/factors/1", {**FACTOR, "because_of": 2})
    assert circle.status_code == 422
    assert (await desk.ask("DELETE", "/factors/1")).status_code == 409
    await desk.done("DELETE", "/factors/2")


async def test_a_private_incidents_postmortem_is_not_there_for_others(alone: Api) -> None:
    cast = await cast_of(alone)
    answer = await alone.http.post(
        "/v1/incidents", json={"title": "Payroll leaked", "private": True}, headers=cast.ada
    )
    desk = Desk(alone, answer.json()["incident_id"])
    await desk.done("POST", "", {"author_id": "ada"}, **cast.ada)
    nothing = Desk(alone, str(uuid4()))
    for who in cast.outsiders:
        there = await desk.ask("GET", "", None, **who)
        absent = await nothing.ask("GET", "", None, **who)
        assert (there.status_code, there.json()["code"]) == (404, "incident-not-found")
        assert absent.status_code == 404
    assert (await desk.ask("GET", "", None, **cast.ada)).is_success


async def test_the_templates_tables_have_their_rows(alone: Api) -> None:
    desk = await begun(alone)
    incident = desk.path.removesuffix("/postmortem")
    assert (await alone.http.post(f"{incident}/action-items", json=ITEM)).is_success
    text = await desk.markdown()
    assert "**Author:** @ada" in text
    assert "| Action | Owner | Due | Status |" in text
    assert "| Add a canary stage | @ada | " in text
    assert f" | {STATUS[ActionItemState.OPEN]} |" in text
    assert "*What will be changed, by whom, until when?*" not in text


async def test_a_comment_and_a_waiver(alone: Api) -> None:
    desk = await begun(alone)
    await desk.write("impact", "All of them.")
    remark = {"revision": 1, "text": "Really all?"}
    await desk.done("POST", "/sections/impact/comments", remark)
    [comment] = (await desk.shown())["comments"]
    assert (comment["section"], comment["revision"], comment["text"]) == (
        "impact",
        1,
        "Really all?",
    )
    await desk.done("PUT", "/author", {"author_id": "ben"})
    await desk.done("POST", "/waiver", {"reason": "The same as the one before"})
    shown = await desk.shown()
    assert (shown["state"], shown["author_id"]) == ("waived", "ben")
    await desk.done("POST", "", {"author_id": "cem"})
    assert (await desk.shown())["state"] == "draft"


@pytest.mark.parametrize(("days", "due"), [(2, "ahead"), (4, "overdue")])
async def test_a_postmortem_says_when_it_is_due_and_that_it_is_overdue(
    alone: Api, days: int, due: str
) -> None:
    desk = await begun(alone)
    shown = await desk.shown()
    assert (shown["due_at"], shown["due"]) == (None, "none")
    ended = now() - timedelta(days=days)
    stream = incident_stream(IncidentId(UUID(shown["incident_id"])))
    for command in (
        MitigateIncident(summary="Rolled back", actor=ADMIN, at=ended),
        ResolveIncident(summary="Rolled back", reason="Ada is away", actor=ADMIN, at=ended),
    ):
        await alone.store(incident_decider, stream, command)
    shown = await desk.shown()
    assert datetime.fromisoformat(shown["due_at"]) == ended + timedelta(days=3)
    assert shown["due"] == due
    await desk.done("POST", "/waiver", {"reason": "A test of ours"})
    assert (await desk.shown())["due"] == "settled"
