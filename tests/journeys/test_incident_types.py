"""A team asks for what it has to know of a data loss, and gets it before the incident is over."""

from datetime import UTC, datetime

import pytest

from tests.journeys.alertmanager import alerted, alertmanager_of
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_a_type_asks_for_its_fields_from_the_declaration_to_the_postmortem(
    team: Team,
) -> None:
    kind = f"data-loss-{team.name}"
    customer = {"field_id": "customer", "label": "Customer", "kind": "text"}
    region = {"field_id": "region", "label": "Region", "kind": "multi_select"}
    rows = {"field_id": "rows", "label": "Rows lost", "kind": "number", "needed": "resolution"}
    definition = {
        "name": "Data loss",
        "fields": [
            customer | {"needed": "declaration"},
            region | {"options": ["eu", "us"]},
            rows,
        ],
    }
    made = await team.put(f"/v1/incident-types/{kind}", definition)
    body = {"title": "Rows are gone", "service_id": team.service, "incident_type_id": kind}
    early = await team.post("/v1/incidents", body)
    assert (early.status_code, early.json()["fields"]) == (422, ["customer"])
    declared = (await team.post("/v1/incidents", body | {"fields": {"customer": "ACME"}})).json()
    incident = f"/v1/incidents/{declared['reference']}"
    path = f"{incident}/fields"

    wrong = await team.post(path, {"fields": {"rows": "many"}}, by=team.ada)
    assert (wrong.json()["code"], wrong.json()["field"]) == ("field-invalid", "rows")
    chosen = await team.post(path, {"fields": {"region": ["eu", "us"]}}, by=team.ada)
    assert chosen.status_code == 200, chosen.text
    await team.put(f"/v1/incident-types/{kind}", definition | {"fields": []})  # others, later

    taken = {"responder_id": team.ada}
    assert (await team.post(f"{incident}/roles/commander", taken, by=team.ada)).is_success
    fixed = {"summary": "Restored"}
    held_up = await team.post(f"{incident}/resolution", fixed, by=team.ada)
    assert (held_up.json()["code"], held_up.json()["fields"]) == ("fields-missing", ["rows"])
    assert (await team.post(path, {"fields": {"rows": "1200"}}, by=team.ada)).is_success
    assert (await team.post(f"{incident}/resolution", fixed, by=team.ada)).is_success

    shown = await team.sees(declared["reference"], lambda one: one["resolved_at"])
    said = {one["field_id"]: one["value"] for one in shown["fields"]}
    assert said == {"customer": ["ACME"], "region": ["eu", "us"], "rows": ["1200"]}
    then = await team.get(incident, as_of=chosen.json()["position"])
    assert {one["field_id"]: one["value"] for one in then["fields"]}["rows"] == []
    listed = await team.get("/v1/incidents", incident_type_id=kind)
    assert [one["reference"] for one in listed["incidents"]] == [declared["reference"]]
    here = {"incident_type_id": kind}
    for wanted in (["customer=ACME"], ["region=eu"], ["region=eu", "region=us", "rows=1200"]):
        found = await team.get("/v1/incidents", **here, field=wanted)
        assert [one["reference"] for one in found["incidents"]] == [declared["reference"]]
    for other in (["customer=acme"], ["region=eu", "rows=7"], ["planet=Mars"]):
        assert not (await team.get("/v1/incidents", **here, field=other))["incidents"]
    then = await team.get("/v1/incidents", field="region=eu", as_of=declared["position"])
    assert declared["reference"] not in {one["reference"] for one in then["incidents"]}
    bad = await team.http.get("/v1/incidents", params={"field": "customer"})
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "query.field.0")
    assert "Write FIELD=VALUE" in bad.json()["errors"][0]["reason"]
    told = await team.get(f"{incident}/timeline", type="incident.fields_changed")
    assert f"{team.ada} set Rows lost to 1200." in [one["sentence"] for one in told["entries"]]
    draft = (await team.http.get(f"{incident}/postmortem.md")).text
    assert "Data loss. Customer: ACME. Region: eu, us. Rows lost: 1200." in draft
    first = await team.get(f"/v1/incident-types/{kind}", as_of=made["position"])
    assert [one["field_id"] for one in first["fields"]] == ["customer", "region", "rows"]


async def test_an_incident_that_an_alert_opened_is_given_a_type_by_who_knows(team: Team) -> None:
    outage, loss = f"outage-{team.name}", f"data-loss-{team.name}"
    region = {"field_id": "region", "label": "Region", "kind": "text", "needed": "declaration"}
    rows = {"field_id": "rows", "label": "Rows lost", "kind": "number"}
    await team.put(f"/v1/incident-types/{outage}", {"name": "Outage", "fields": [region]})
    await team.put(f"/v1/incident-types/{loss}", {"name": "Data loss", "fields": [region, rows]})
    alert = await alerted(team, await alertmanager_of(team), "firing", datetime.now(UTC))
    incident = f"/v1/incidents/{alert['reference']}"
    path = f"{incident}/type"

    nothing = await team.post(path, {"incident_type_id": "nothing"}, by=team.ada)
    assert nothing.status_code == 422
    assert nothing.json()["errors"][0]["field"] == "body.incident_type_id"
    bare = await team.post(path, {"incident_type_id": outage}, by=team.ada)
    assert (bare.json()["code"], bare.json()["fields"]) == ("fields-missing", ["region"])
    first = {"incident_type_id": outage, "fields": {"region": "eu"}}
    assert (await team.post(path, first, by=team.ada)).status_code == 200
    other = await team.post(path, {"incident_type_id": loss}, by=team.ada)
    assert other.status_code == 200, other.text

    shown = await team.get(incident, after_position=other.json()["position"])
    assert {one["field_id"]: one["value"] for one in shown["fields"]} == {
        "region": ["eu"],
        "rows": [],
    }
    listed = await team.get("/v1/incidents", incident_type_id=loss)
    assert [one["reference"] for one in listed["incidents"]] == [shown["reference"]]
    assert (await team.get("/v1/incidents", incident_type_id=outage))["incidents"] == []
    told = await team.get(f"{incident}/timeline", type="incident.typed")
    assert [one["sentence"] for one in told["entries"]] == [
        f"{team.ada} set the incident type Outage.",
        f"{team.ada} set the incident type Data loss.",
    ]
