"""Welcome: five steps to the first page, each as the system itself finds it."""

from typing import Any

import pytest

from events.configuration.api_key import ApiScope
from services.web.pages.welcome import Found, steps_of
from tests.services.web.conftest import Site

WAY = {"channel": "email", "verified_at": "2026-11-29T03:00:00Z"}
NAMED = {"name": "Checkout", "escalation_policy_id": "first"}
DRILL = {"reference": "INC-1", "acknowledged_by": "responder:ada"}


def found(**facts: Any) -> Found:
    nothing: dict[str, Any] = {
        "me": "ada",
        "person": {"contact_methods": [WAY]},
        "policies": [NAMED],
        "services": [NAMED],
        "received": [NAMED],
        "drills": [DRILL],
    }
    return Found(**{**nothing, **facts})


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, []),
        ({"person": None}, ["reach"]),
        ({"person": {"contact_methods": [{**WAY, "verified_at": None}]}}, ["reach"]),
        ({"policies": []}, ["policy"]),
        ({"services": [{**NAMED, "escalation_policy_id": None}]}, ["service"]),
        ({"received": []}, ["integration"]),
        ({"drills": [{**DRILL, "acknowledged_by": "responder:mei"}]}, ["page"]),
        ({"drills": [{**DRILL, "acknowledged_by": None}]}, ["page"]),
    ],
    ids=["all", "nobody", "unchecked", "policy", "service", "silent", "another", "unanswered"],
)
def test_a_step_is_done_when_what_it_needs_is_there(
    facts: dict[str, Any], missing: list[str]
) -> None:
    assert [step.key for step in steps_of(found(**facts)) if not step.is_done] == missing


@pytest.mark.stack
async def test_a_new_installation_is_led_from_nothing_to_an_answered_page(site: Site) -> None:
    root = await site.browser_of("root", ApiScope.ADMIN, ApiScope.RESPONDER)
    begin = await root.get("/welcome")
    assert begin.status_code == 200, begin.text
    assert "Add and check a way" in begin.text
    await root.send("/welcome/policy", command="one")
    made = await root.send("/welcome/service", command="two", name="Checkout <b>")
    assert "done: Checkout &lt;b&gt;" in made.text
    body = {"name": "Grafana", "service_id": "first"}
    key = (await site.api.http.post("/v1/integrations", json=body)).json()["key"]
    await site.api.http.post(f"/v1/integrations/{key}/generic", json={"title": "Hello"})
    paged = await root.send("/welcome/page", command="three", service_id="first")
    assert paged.status_code == 200, paged.text
    assert "done: Grafana" in paged.text
