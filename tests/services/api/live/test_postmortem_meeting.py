"""The meeting about a postmortem over HTTP: scheduled, moved, called off, and in a calendar."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from events.ids import IncidentId, ResponderId, incident_stream
from events.incident.decide import incident_decider
from events.incident.privacy.commands import MakeIncidentPrivate
from events.incident.roles.commands import AssignRole
from events.incident.roles.events import Role
from services.api.dependencies import Dependencies
from services.settings import Settings
from tests.harness import ADMIN, now
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_postmortems import FACTOR, ITEM, Desk, begun, person
from tests.services.identity.local.arranging import LINK_KEY

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]


@pytest.fixture
def connected(connected: Dependencies) -> Dependencies:
    """The API of an installation with a key of its own."""
    object.__setattr__(connected, "settings", Settings(link_key=LINK_KEY))
    return connected


def in_days(days: float) -> str:
    return f"{(now() + timedelta(days=days)).replace(microsecond=0):%Y-%m-%dT%H:%M:%SZ}"


async def meeting_of(desk: Desk, ending: str = "") -> Any:
    after = {"after_position": await desk.api.log.head()}
    answer = await desk.api.http.get(f"{desk.path}/meeting{ending}", params=after)
    assert answer.status_code == 200, answer.text
    return answer


async def scheduled(desk: Desk, **body: Any) -> Any:
    after = {"Tocsin-After-Position": str(await desk.api.log.head())}
    return await desk.done("PUT", "/meeting", body, **after)


async def entry_in(desk: Desk) -> Any:
    [entry] = Calendar.from_ical((await meeting_of(desk, ".ics")).text).walk("VEVENT")
    return entry


async def test_whoever_had_a_part_in_it_is_invited_and_the_agenda_has_clock_times(
    api: Api,
) -> None:
    desk = await begun(api)
    incident = desk.path.removesuffix("/postmortem")
    item = await api.http.post(f"{incident}/action-items", json={**ITEM, "owner": "cem"})
    assert item.status_code == 200, item.text
    starts = in_days(2)
    await scheduled(desk, starts_at=starts, place="Room 4")
    shown = (await meeting_of(desk)).json()
    assert {"ada", "cem"} <= set(shown["invited_ids"])
    assert [one["topic"] for one in shown["agenda"]] == [
        "Review timeline",
        "Root cause analysis",
        "Contributing factors",
        "Action items",
        "Wrap up",
    ]
    begin = datetime.fromisoformat(shown["starts_at"])
    assert datetime.fromisoformat(shown["agenda"][1]["starts_at"]) - begin == timedelta(minutes=10)
    assert datetime.fromisoformat(shown["ends_at"]) - begin == timedelta(minutes=55)


async def test_a_calendar_moves_it_and_strikes_it_out_and_never_doubles_it(api: Api) -> None:
    desk = await begun(api)
    await desk.done("PUT", "/meeting", {"starts_at": in_days(2), "place": "Room 4"})
    first = await entry_in(desk)
    await desk.done("PUT", "/meeting", {"starts_at": in_days(3), "place": "Room 4"})
    second = await entry_in(desk)
    await desk.done("DELETE", "/meeting", {"reason": "Half of us are ill"})
    third = await entry_in(desk)
    entries = (first, second, third)
    assert len({str(one["UID"]) for one in entries}) == 1
    assert [one["SEQUENCE"] for one in entries] == [0, 1, 2]
    assert [str(one["STATUS"]) for one in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert first["DTSTART"].dt < second["DTSTART"].dt == third["DTSTART"].dt


async def test_a_meeting_before_the_incident_is_refused_by_the_field(api: Api) -> None:
    desk = await begun(api)
    answer = await desk.ask("PUT", "/meeting", {"starts_at": in_days(-1)})
    assert answer.status_code == 422, answer.text
    assert "before the incident" in answer.json()["detail"]
    nobody = {"starts_at": in_days(1), "invited_ids": ["nobody"]}
    assert (await desk.ask("PUT", "/meeting", nobody)).status_code == 422


async def test_a_facilitator_who_responded_is_a_hint(api: Api) -> None:
    desk = await begun(api)
    assign = AssignRole(role=Role.COMMANDER, responder_id=ResponderId("ben"), actor=ADMIN, at=now())
    stream = incident_stream(IncidentId(UUID((await desk.shown())["incident_id"])))
    await api.store(incident_decider, stream, assign)
    body = {"starts_at": in_days(2), "facilitator_id": "ben"}
    [hint] = (await scheduled(desk, **body))["warnings"]
    assert hint.startswith("ben worked on the incident")
    assert (await scheduled(desk, **{**body, "facilitator_id": "cem"}))["warnings"] == []


async def test_who_came_and_what_was_said_is_kept_and_a_note_can_be_erased(api: Api) -> None:
    desk = await begun(api)
    none = await desk.ask("PUT", "/meeting/attendance/ben", {"present": True})
    assert (none.status_code, none.json()["code"]) == (404, "meeting-not-scheduled")
    await desk.done("PUT", "/meeting", {"starts_at": in_days(0.0001), "invited_ids": ["ada"]})
    await desk.done("PUT", "/meeting/attendance/ben", {"present": True})
    note = {"item": 2, "text": "The index was dropped in March"}
    await desk.done("POST", "/meeting/notes", note)
    shown = (await meeting_of(desk)).json()
    assert shown["attendee_ids"] == ["ben"]
    [kept] = shown["notes"]
    assert (kept["item"], kept["text"]) == (2, note["text"])
    await desk.done("DELETE", f"/texts/{kept['text_id']}", {"reason": "It named a customer"})
    [erased] = (await meeting_of(desk)).json()["notes"]
    assert erased["text"] == ""


async def test_who_is_invited_unless_people_are_named_is_shown_before_with_why(api: Api) -> None:
    desk = await begun(api)
    assign = AssignRole(role=Role.SCRIBE, responder_id=ResponderId("ben"), actor=ADMIN, at=now())
    stream = incident_stream(IncidentId(UUID((await desk.shown())["incident_id"])))
    await api.store(incident_decider, stream, assign)
    listed = (await meeting_of(desk, "/invitees")).json()["invitees"]
    assert {one["responder_id"]: one["parts"] for one in listed} == {
        "ada": ["author"],
        "ben": ["responder", "role"],
    }
    assert all(one["has_email"] for one in listed)
    await scheduled(desk, starts_at=in_days(2))
    assert (await meeting_of(desk)).json()["invited_ids"] == ["ada", "ben"]


async def test_the_team_of_a_service_in_the_factors_is_invited(api: Api) -> None:
    await api.responder("dan")
    team = {"name": "Payments", "members": [{"responder_id": "dan", "manager": False}]}
    policy = await api.policy("eve")
    service = {"name": "Checkout", "team_id": "payments", "escalation_policy_id": policy}
    for path, body in (("/v1/teams/payments", team), ("/v1/services/checkout", service)):
        answer = await api.http.put(path, json=body)
        assert answer.status_code == 200, answer.text
    desk = await begun(api, service_id="checkout")
    assert "dan" not in (await meeting_of(desk, "/invitees")).text
    await desk.done("POST", "/factors", FACTOR)
    listed = (await meeting_of(desk, "/invitees")).json()["invitees"]
    assert {"responder_id": "dan", "parts": ["team"], "has_email": True} in listed


async def test_nobody_is_invited_by_default_to_what_they_may_not_know(api: Api) -> None:
    desk = await begun(api)
    item = {**ITEM, "owner": "cem"}
    incident = desk.path.removesuffix("/postmortem")
    assert (await api.http.post(f"{incident}/action-items", json=item)).status_code == 200
    private = MakeIncidentPrivate(reason="A person is concerned", actor=ADMIN, at=now())
    stream = incident_stream(IncidentId(UUID((await desk.shown())["incident_id"])))
    await api.store(incident_decider, stream, private)
    assert "cem" not in (await meeting_of(desk, "/invitees")).text
    receipt = await scheduled(desk, starts_at=in_days(2), invited_ids=["cem"])
    [hint] = receipt["warnings"]
    assert hint.startswith("cem may not know")


async def test_what_a_meeting_gave_people_is_counted_without_names_from_five_on(api: Api) -> None:
    desk = await begun(api)
    names = ["ada", "ben", "cem", "dan", "eve"]
    for name in names[3:]:
        await api.responder(name)
    await desk.done("PUT", "/meeting", {"starts_at": now().isoformat(), "invited_ids": names})
    for number, name in enumerate(names):
        assert (await meeting_of(desk)).json()["ratings"] is None
        said = {"learned": number > 0, "would_come_again": True}
        asking = await person(api, name)
        for _ in range(2):
            await desk.done("PUT", "/meeting/rating", {**said, "learned": True}, **asking)
            await desk.done("PUT", "/meeting/rating", said, **asking)
    ratings = (await meeting_of(desk)).json()["ratings"]
    assert ratings == {"answers": 5, "learned": 4, "would_come_again": 5}
    nobody = await desk.ask("PUT", "/meeting/rating", {"learned": True, "would_come_again": True})
    assert nobody.status_code == 422, nobody.text


async def test_the_log_does_not_tell_who_said_what_a_meeting_gave_them(api: Api) -> None:
    desk = await begun(api)
    await desk.done("PUT", "/meeting", {"starts_at": now().isoformat(), "invited_ids": ["ben"]})
    said = {"learned": True, "would_come_again": False}
    receipt = await desk.done("PUT", "/meeting/rating", said, **await person(api, "ben"))
    [rated] = (await api.log.read_all(int(receipt["position"]) - 1, 1))[:1]
    assert rated.type == "meeting.rated"
    assert b"ben" not in rated.payload + rated.meta
    assert json.loads(rated.meta)["principal"] == "meeting:attendee"
    assert "correlation_id" not in json.loads(rated.meta)
