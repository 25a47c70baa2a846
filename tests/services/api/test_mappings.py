"""A mapping is shown as it was set, with its version, and setting it again changes nothing."""

import pytest
from httpx import AsyncClient

from services.api.resources.mapping.bodies import EXAMPLE
from tests.services.api.test_configuration_reads import admin, projecting, set_up

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack


async def integration_of(admin: AsyncClient) -> tuple[str, str]:
    await set_up(admin)
    body = {"name": "Checks", "service_id": "checkout"}
    made = await admin.post("/v1/integrations", json=body)
    assert made.status_code == 201, made.text
    return f"/v1/integrations/{made.json()['integration_id']}", made.json()["position"]


async def test_a_mapping_is_shown_as_it_was_set(admin: AsyncClient) -> None:
    path, _ = await integration_of(admin)
    made = await admin.put(f"{path}/mapping", json=EXAMPLE)
    assert made.status_code == 200, made.text
    shown = await admin.get(f"{path}/mapping", params={"after_position": made.json()["position"]})
    said = shown.json()
    assert (said["mapping_version"], shown.headers["ETag"]) == (1, '"2"')
    assert said["mapping"]["severity"]["table"] == EXAMPLE["severity"]["table"]
    assert list(said["mapping"]["labels"]) == ["host", "*"]
    again = await admin.put(f"{path}/mapping", json=said["mapping"])
    assert again.json()["position"] == made.json()["position"]
    removed = await admin.delete(f"{path}/mapping", headers={"If-Match": '"2"'})
    query = {"after_position": removed.json()["position"]}
    said = (await admin.get(f"{path}/mapping", params=query)).json()
    assert (said["mapping"], said["mapping_version"]) == (None, 2)
    listed = (await admin.get(path, params=query)).json()
    assert (listed["mapping_version"], "mapping" in listed) == (2, False)


async def test_a_dry_run_stores_no_mapping(admin: AsyncClient) -> None:
    path, position = await integration_of(admin)
    tried = await admin.put(f"{path}/mapping", json=EXAMPLE, headers={"Tocsin-Dry-Run": "true"})
    assert tried.json()["status"] == "dry_run"
    shown = await admin.get(f"{path}/mapping", params={"after_position": position})
    assert shown.json()["mapping_version"] == 0
