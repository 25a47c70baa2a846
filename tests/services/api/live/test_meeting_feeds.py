"""A calendar of meetings: moved and cancelled in it, and nothing its reader may not know."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import vobject

from events.ids import IncidentId, ResponderId, incident_stream
from events.incident.decide import incident_decider
from events.incident.privacy.commands import AddMember, MakeIncidentPrivate, RemoveMember
from tests.eventually import eventually
from tests.harness import ADMIN, now
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_postmortems import Desk, begun, person

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]


def in_days(days: float) -> str:
    return f"{(now() + timedelta(days=days)).replace(microsecond=0):%Y-%m-%dT%H:%M:%SZ}"


async def issued(api: Api, who: str | None = None, **body: Any) -> Any:
    headers = await person(api, who) if who else None
    answer = await api.http.post("/v1/feeds", json={"meetings": True, **body}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def shown(api: Api, feed: Any) -> dict[str, Any]:
    """Return the entries that another library reads, by UID, without any key."""
    answer = await api.http.get(feed["path"], headers={"Authorization": ""})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    entries = getattr(vobject.readOne(answer.text), "vevent_list", [])
    by_uid = {one.uid.value: one for one in entries}
    assert len(by_uid) == len(entries), "an entry is there twice"
    return by_uid


async def shows(api: Api, feed: Any, *states: tuple[int, str]) -> None:
    async def are_there() -> bool:
        found = await shown(api, feed)
        said = [(int(one.sequence.value), one.status.value) for one in found.values()]
        return sorted(said) == sorted(states)

    await eventually(f"the calendar shows {states}", are_there)


async def hide(desk: Desk, *commands: Any) -> None:
    stream = incident_stream(IncidentId(UUID((await desk.shown())["incident_id"])))
    for command in commands:
        await desk.api.store(incident_decider, stream, command)


async def test_a_meeting_moves_in_the_calendar_and_is_cancelled_and_never_doubled(
    api: Api,
) -> None:
    desk = await begun(api)
    feed = await issued(api)
    await desk.done("PUT", "/meeting", {"starts_at": in_days(2), "invited_ids": ["ada"]})
    await shows(api, feed, (0, "CONFIRMED"))
    await desk.done("PUT", "/meeting", {"starts_at": in_days(3), "invited_ids": ["ada"]})
    await shows(api, feed, (1, "CONFIRMED"))
    await desk.done("DELETE", "/meeting", {"reason": "Half of us are ill"})
    await shows(api, feed, (2, "CANCELLED"))


async def test_a_person_has_a_calendar_of_the_meetings_they_are_invited_to(api: Api) -> None:
    desk = await begun(api)
    hers, his = await issued(api, responder_id="ada"), await issued(api, responder_id="ben")
    await desk.done("PUT", "/meeting", {"starts_at": in_days(2), "invited_ids": ["ada"]})
    await shows(api, hers, (0, "CONFIRMED"))
    assert not await shown(api, his)
    await desk.done("PUT", "/meeting", {"starts_at": in_days(2), "invited_ids": ["ben"]})
    await shows(api, his, (1, "CONFIRMED"))
    assert not await shown(api, hers)


async def test_the_meeting_about_a_private_incident_is_in_the_calendars_of_members_alone(
    api: Api,
) -> None:
    desk = await begun(api)
    ada, ben = await issued(api, "ada"), await issued(api, "ben")
    of_ada_by_ben = await issued(api, "ben", responder_id="ada")
    everybody = {"starts_at": in_days(2), "invited_ids": ["ada", "ben"]}
    await desk.done("PUT", "/meeting", everybody)
    for feed in (ada, ben, of_ada_by_ben):
        await shows(api, feed, (0, "CONFIRMED"))
    member = ResponderId("ada")
    await hide(
        desk,
        MakeIncidentPrivate(reason="A person is concerned", actor=ADMIN, at=now()),
        AddMember(responder_id=member, actor=ADMIN, at=now()),
    )
    await shows(api, ada, (0, "CONFIRMED"))
    [entry] = (await shown(api, ada)).values()
    assert entry.summary.value == f"Postmortem of {desk.path.split('/')[3]}"
    assert not await shown(api, ben)
    assert not await shown(api, of_ada_by_ben), "its address would tell who issued it"
    await hide(desk, RemoveMember(responder_id=member, actor=ADMIN, at=now()))
    assert not await shown(api, ada)


async def test_the_address_of_one_kind_of_calendar_opens_no_other(api: Api) -> None:
    await begun(api)
    feed = await issued(api, responder_id="ada")
    assert feed["path"].startswith("/v1/feeds/meetings/")
    other = feed["path"].replace("/meetings/", "/on-call/")
    assert (await api.http.get(other)).status_code == 404
    revoked = await api.http.delete(f"/v1/feeds/{feed['feed_id']}")
    assert revoked.status_code == 200
    assert (await api.http.get(feed["path"])).status_code == 404
