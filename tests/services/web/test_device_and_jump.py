"""Settings of one browser, and the field that finds anything."""

import pytest

from services.web.pages.jump import matching
from tests.services.web.conftest import Browser, Site


@pytest.mark.stack
async def test_what_is_called_so_is_found_in_each_kind(site: Site, ada: Browser) -> None:
    declared = await site.api.declare(title="Adapters are slow <b>")
    written = f"&after_position={declared['position']}"
    found = await ada.get(f"/jump?q=ada{written}", Accept="application/json")
    results = [(one["kind"], one["label"]) for one in found.json()["results"]]
    assert ("Incident", "Adapters are slow <b>") in results
    assert found.json()["results"][0]["href"] == f"/incidents/{declared['reference']}"
    page = await ada.get("/jump?q=ada")
    assert "Adapters are slow &lt;b&gt;" in page.text
    assert "Nothing is called “zzz”." in (await ada.get("/jump?q=zzz")).text


def test_names_that_begin_so_stand_before_those_that_only_have_it() -> None:
    rows = [{"name": name} for name in ("Canada", "Bob", "Ada", "ADAPTER")]
    assert [one["name"] for one in matching(rows, "ada", "name")] == ["Ada", "ADAPTER", "Canada"]


@pytest.mark.stack
async def test_a_device_keeps_its_zone_and_an_unknown_one_is_refused(ada: Browser) -> None:
    page = await ada.send("/settings/device", zone="Asia/Kolkata", theme="dark", keys="on")
    assert 'data-zone="Asia/Kolkata"' in page.text
    assert 'data-theme="dark"' in page.text
    page = await ada.send("/settings/device", zone="../../etc/passwd", theme="x")
    assert page.status_code == 422
    assert "There is no such zone." in page.text
    page = await ada.send("/settings/device", theme="x")
    assert 'data-zone="UTC" data-keys="off"' in page.text
    assert "data-theme" not in page.text
    gone = await ada.http.post("/settings/device", data={"zone": "UTC"})
    assert gone.status_code == 403
