"""A public incident that has to do with a private one does not tell outsiders which one it is."""

from dataclasses import dataclass
from typing import Any

import pytest

from events.configuration.api_key import ApiScope
from services.api.reading.streamed_answer import NDJSON
from tests.eventually import eventually
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_private_incidents import (
    Cast,
    asked,
    cast_of,
    declared_by,
    operations,
    path_to,
)
from tests.services.api.live.test_streams import caller, listening, serving

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

WHY = "Both began with the stolen laptop"


@dataclass(frozen=True)
class Family:
    """A public incident with a private part, and one that was merged into a private incident."""

    whole: dict[str, Any]
    merged: dict[str, Any]
    secrets: tuple[str, ...]  # what only members may read

    @property
    def public(self) -> tuple[dict[str, Any], ...]:
        return self.whole, self.merged


async def family_of(api: Api, cast: Cast) -> Family:
    part, going_on = [await declared_by(api, cast.ada) for _ in range(2)]
    whole, merged = await api.started(title="Checkout fails"), await api.started(title="Slow")
    linked = await api.give(
        part["incident_id"], "parent", {"parent": whole["reference"]}, **cast.ada
    )
    assert linked.status_code == 200, linked.text
    into = {"into": going_on["reference"], "reason": WHY}
    answer = await api.give(merged["incident_id"], "merge", into, **cast.ada)
    assert answer.status_code == 200, answer.text
    await happened(api, whole, "child.linked")
    await happened(api, merged, "incident.merged")
    names = [one[name] for one in (part, going_on) for name in ("incident_id", "reference")]
    return Family(whole=whole, merged=merged, secrets=(*names, WHY))


async def happened(api: Api, incident: dict[str, Any], kind: str) -> None:
    """Wait until such an event is in the log, and what is read of the incident says so, too."""
    path = f"/v1/incidents/{incident['incident_id']}"

    async def there() -> str | None:
        events = (await api.http.get(f"{path}/events")).json()["events"]
        return next((one["position"] for one in events if one["type"] == kind), None)

    position = await eventually(f"{kind} of {incident['reference']}", there)
    await api.http.get(path, params={"after_position": position})


async def test_no_read_of_a_public_incident_names_its_private_relatives(
    api: Api, routed: Any
) -> None:
    cast = await cast_of(api)
    family = await family_of(api, cast)
    walked = [path for method, path in operations(routed.openapi()) if method == "GET"]
    told: set[str] = set()
    for incident in family.public:
        for path in ["/v1/incidents", *walked]:
            filled = path_to(path, incident["incident_id"])
            for who in cast.outsiders:
                answer = await asked(api, who, "GET", filled)
                assert not [one for one in family.secrets if one in answer.text], (path, who)
            shown = await asked(api, cast.ada, "GET", filled)
            told |= {one for one in family.secrets if one in shown.text}
    assert told == set(family.secrets)  # a member reads all of it


async def test_its_page_still_says_that_there_is_something(api: Api) -> None:
    cast = await cast_of(api)
    family = await family_of(api, cast)
    page = f"/v1/incidents/{family.merged['incident_id']}"
    shown = (await api.http.get(page, headers=cast.eve)).json()
    assert (shown["status"], shown["merged_into"]) == ("merged", None)
    assert shown["relations"]["merged_into"] is None
    told = (await api.http.get(f"{page}/timeline", headers=cast.eve)).json()["entries"]
    sentences = {one["type"]: one["sentence"] for one in told}
    assert sentences["incident.merged"] == "This has to do with an incident that is private."
    by_name: dict[str, str | int] = {"q": family.secrets[3], "limit": 1}
    for who, found in ((cast.eve, 0), (cast.ada, 1)):
        answer = await api.http.get(f"{page}/timeline", params=by_name, headers=who)
        assert len(answer.json()["entries"]) == found  # a search is no way to guess it either
    mine = (await api.http.get(page, headers=cast.ada)).json()
    assert mine["relations"]["merged_into"]["reason"] == WHY


async def test_no_stream_of_a_public_incident_names_its_private_relatives(
    api: Api, connected: Any
) -> None:
    cast = await cast_of(api)
    async with serving(connected) as (_, url), caller(url, {}) as http:
        async with listening(http, **cast.eve) as live:
            family = await family_of(api, cast)
            last = await api.started(title="Last")
            heard = await live.until(3)
            while heard[-1]["payload"].get("incident_id") != last["incident_id"]:
                heard = await live.until(len(heard) + 1)
            assert not [one for one in family.secrets if one in str(heard)]
            assert family.merged["incident_id"] in str(heard)
        for incident in family.public:
            answer = await http.get(
                "/v1/events",
                params={"incident": incident["reference"]},
                headers={**cast.eve, "accept": NDJSON},
            )
            assert answer.text
            assert not [one for one in family.secrets if one in answer.text]


async def test_no_refusal_names_a_private_relative(api: Api) -> None:
    cast = await cast_of(api)
    family = await family_of(api, cast)
    incident = family.merged["incident_id"]
    refused = await api.give(incident, "acknowledgement", **cast.eve)
    assert (refused.status_code, refused.json()["code"]) == (409, "merged-into-another")
    assert not [one for one in family.secrets if one in refused.text]
    mine = await api.give(incident, "acknowledgement", **cast.ada)
    assert mine.json()["into"] in family.secrets
    whole, summary = family.whole["incident_id"], {"summary": "Done"}
    commander = await api.give(whole, "roles/commander", {"responder_id": "eve"}, **cast.eve)
    assert commander.status_code == 200, commander.text
    early = await api.give(whole, "resolution", summary, **cast.eve)
    assert (early.status_code, early.json()["allowed"]) == (409, ["resolve"])
    assert not [one for one in family.secrets if one in early.text]


async def test_a_key_of_nobody_waits_for_the_position_it_names_before_it_lists_work(
    api: Api,
) -> None:
    secret = await declared_by(api, (await cast_of(api)).ada)
    observer = await holder_of(api.log, ApiScope.OBSERVER)
    after = {"after_position": secret["position"]}
    listed = await api.http.get("/v1/work-items", params=after, headers=observer)
    assert (listed.status_code, listed.json()["work_items"]) == (200, [])
