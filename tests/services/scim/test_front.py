"""The directory's door stands on the same port as everything else."""

import httpx
import pytest

from services.api.dependencies import Dependencies
from tests.services.api.serving import served
from tests.services.scim.conftest import Directory

pytestmark = pytest.mark.stack


async def test_a_directory_is_answered_beside_people_and_programs(
    directory: Directory, dependencies: Dependencies
) -> None:
    async with (
        served(dependencies) as (host, port),
        httpx.AsyncClient(base_url=f"http://{host}:{port}/scim/v2") as http,
    ):
        refused = await http.get("/Users")
        config = await http.get("/ServiceProviderConfig", headers=directory.headers)
        users = await http.get("/Users", headers=directory.headers)
    assert refused.status_code == 401
    assert refused.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert config.json()["patch"] == {"supported": True}
    assert users.json()["totalResults"] == 0
