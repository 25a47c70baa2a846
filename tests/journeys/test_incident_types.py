"""A team asks for what it has to know of a data loss, and gets it before the incident is over."""

import pytest

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
    told = await team.get(f"{incident}/timeline", type="incident.fields_changed")
    assert f"{team.ada} set Rows lost to 1200." in [one["sentence"] for one in told["entries"]]
    draft = (await team.http.get(f"{incident}/postmortem")).text
    assert "Data loss. Customer: ACME. Region: eu, us. Rows lost: 1200." in draft
    first = await team.get(f"/v1/incident-types/{kind}", as_of=made["position"])
    assert [one["field_id"] for one in first["fields"]] == ["customer", "region", "rows"]
