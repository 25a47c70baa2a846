"""Who read a private incident is kept and shown to auditors, and no read waits for it."""

from typing import Any

import pytest

from events.sighting.decide import AGGREGATE
from services.api.dependencies import Dependencies
from tests.eventually import eventually
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_private_incidents import cast_of, declared_by

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]


async def kept(api: Api, incident_id: str, number: int) -> str:
    """Wait until so many sightings are kept; return the position of the newest."""
    stream = AGGREGATE.stream(incident_id)

    async def are_there() -> bool:
        return len(await api.log.read_stream(stream)) >= number

    await eventually(f"{number} sightings are kept", are_there)
    return str((await api.log.read_stream(stream))[-1].position)


async def read_by(api: Api, who: dict[str, str], incident: str, **query: Any) -> list[str]:
    answer = await api.http.get(f"/v1/incidents/{incident}/sightings", params=query, headers=who)
    assert answer.status_code == 200, answer.text
    return [f"{one['seen_by']} {one['via']}" for one in answer.json()["sightings"]]


async def test_whoever_reads_a_private_incident_is_kept_once_and_an_auditor_sees_it(
    api: Api,
) -> None:
    cast = await cast_of(api)
    declared = await declared_by(api, cast.ada)
    incident, at = declared["incident_id"], f"/v1/incidents/{declared['incident_id']}"
    before = declared["position"]
    for path in ("", "/timeline", "/events"):
        ask = {"after_position": before} if path != "/events" else {}
        assert (await api.http.get(at + path, params=ask, headers=cast.ada)).is_success
    assert (await api.http.get(at, headers=cast.eve)).status_code == 404
    await kept(api, incident, 1)
    after = await kept(api, incident, 1)
    assert await read_by(api, cast.auditor, incident, after_position=after) == ["responder:ada api"]
    newest = await kept(api, incident, 2)  # the auditor has read it, too
    shown = await read_by(api, cast.auditor, incident, after_position=newest)
    assert shown[1] == "responder:ada api"
    assert shown[0].startswith("api_key:")
    assert await read_by(api, cast.auditor, incident, as_of=before) == []
    assert (await api.http.get(f"{at}/sightings", headers=cast.ada)).status_code == 403


async def test_reads_of_an_incident_for_everybody_are_not_kept(
    api: Api, connected: Dependencies
) -> None:
    cast = await cast_of(api)
    declared = await declared_by(api, cast.ada, private=False)
    at = f"/v1/incidents/{declared['incident_id']}"
    ask = {"after_position": declared["position"]}
    assert (await api.http.get(at, params=ask, headers=cast.ada)).is_success
    await connected.sightings.settle(30.0)
    assert connected.sightings.missed == 0
    assert await api.log.read_stream(AGGREGATE.stream(declared["incident_id"])) == []
