"""Routing rules are tried on a message: which rule matched and which did not; nothing is stored."""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from services.api.dependencies import Dependencies
from services.api.resources.routing.trials import EXAMPLE
from tests.services.api.intake.monitor import body_of, one_alert
from tests.services.api.intake.test_alertmanager_route import monitor_at
from tests.services.api.intake.test_keeping import kept
from tests.services.api.intake.test_routing import fire, route
from tests.services.api.key_holders import holder_of

DISKS: dict[str, Any] = {
    "name": "disks",
    "conditions": [
        {"field": "labels.kind", "comparison": "present"},
        {"field": "title", "comparison": "contains", "values": ["Disk"]},
    ],
    "outcome": {"severity": "SEV2", "grouping": {"fields": ["labels.host"]}},
    "goes_on": True,
}
ALL: dict[str, Any] = {"name": "all", "outcome": {"severity": "SEV4", "title": "{title}!"}}


async def integration_in(client: AsyncClient, dependencies: Dependencies) -> tuple[str, str]:
    """Return the path of an integration's webhook, and its id."""
    path, _ = await monitor_at(client, dependencies)
    events = await dependencies.log.read_all(0)
    ids = [one.stream for one in events if one.stream.startswith("integration-")]
    return path, ids[-1].removeprefix("integration-")


def generic(integration_id: str, **members: Any) -> dict[str, Any]:
    body = {"title": "Disk full", "dedup_key": "disk", "severity": "sev3"} | members
    return {
        "message": {
            "integration_id": integration_id,
            "source": "generic",
            "body": json.dumps(body),
        }
    }


async def tried(client: AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post("/v1/routing-rules/test", json=body)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_it_says_which_rule_matched_and_which_condition_did_not(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    _, integration_id = await integration_in(client, dependencies)
    await route(client, DISKS, ALL)
    before = await dependencies.log.head()
    said = await tried(client, generic(integration_id, labels={"host": "db-1"}))
    assert await dependencies.log.head() == before
    assert said["outcome"] == "opened"
    [one] = said["tried"]
    [disks, every] = one["steps"]
    assert (disks["matches"], every["matches"], every["ends"]) == (False, True, True)
    assert disks["checks"] == [
        {"asks": "labels.kind present", "found": None, "holds": False}
    ]  # the condition behind it was not asked
    assert (one["title"], one["severity"], one["service_id"]) == ("Disk full!", "SEV4", "checkout")
    assert [(rule["rule"], rule["said"]) for rule in one["applied"]] == [
        ("all", ["title", "severity"])
    ]


async def test_what_it_says_is_what_then_happens(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, integration_id = await integration_in(client, dependencies)
    await route(client, DISKS)
    labels = {"host": "db-1", "kind": "disk"}
    said = await tried(
        client, generic(integration_id, title="Disk a", dedup_key="a", labels=labels)
    )
    first = await fire(client, path, "b", host="db-2", kind="disk")
    assert said["outcome"] == first["outcome"] == "opened"
    again = await tried(client, generic(integration_id, title="Trouble b", dedup_key="b"))
    assert again["outcome"] == "unchanged"
    assert again["alerts"][0]["incident_id"] == first["incident_id"]


async def test_a_draft_counts_in_place_of_what_is_stored_and_is_not_stored(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    _, integration_id = await integration_in(client, dependencies)
    await route(client, ALL)
    draft = {"routing_rules_id": "organisation", "rules": [DISKS]}
    labels = {"host": "db-1", "kind": "disk"}
    said = await tried(client, generic(integration_id, labels=labels) | {"draft": draft})
    assert [step["rule"] for step in said["tried"][0]["steps"]] == ["disks"]
    assert said["tried"][0]["group_key"].startswith("disks: labels.host=db-1")
    stored = await tried(client, generic(integration_id, labels=labels))
    assert [step["rule"] for step in stored["tried"][0]["steps"]] == ["all"]


async def test_a_message_that_came_is_tried_by_its_arrival_and_what_is_over_asks_no_rule(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await integration_in(client, dependencies)
    over = one_alert("b") | {"status": "resolved", "endsAt": "2026-11-24T00:00:00Z"}
    await client.post(path, json=body_of(one_alert("a"), over))
    await route(client, ALL)
    [arrival] = await kept(dependencies)
    said = await tried(client, {"arrival_id": str(arrival.arrival_id)})
    assert [(one["firing"], len(one["steps"])) for one in said["tried"]] == [
        (True, 1),
        (False, 0),
    ]
    assert said["alerts_in_message"] == 2
    client.headers.update(await holder_of(dependencies.log, ApiScope.RESPONDER))
    refused = await client.post(
        "/v1/routing-rules/test", json={"arrival_id": str(arrival.arrival_id)}
    )
    assert refused.status_code == 403, refused.text


async def test_a_message_that_nobody_can_read_says_why(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    _, integration_id = await integration_in(client, dependencies)
    asked = generic(integration_id)
    asked["message"]["body"] = "{"
    said = await tried(client, asked)
    assert (said["outcome"], said["tried"]) == ("unreadable", [])


async def test_what_cannot_be_tried_is_refused_by_its_field(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    _, integration_id = await integration_in(client, dependencies)
    good = generic(integration_id)
    wrong: dict[str, dict[str, Any]] = {
        "body.message": {},
        "body.message.source": {"message": good["message"] | {"source": "heartbeats"}},
        "body.message.integration_id": EXAMPLE,
        "rules.0.expression": good
        | {
            "draft": {
                "routing_rules_id": "organisation",
                "rules": [{"name": "x", "expression": "nothing"}],
            }
        },
        "routing_rules_id": good | {"draft": {"routing_rules_id": "payments", "rules": []}},
    }
    for field, body in wrong.items():
        refused = await client.post("/v1/routing-rules/test", json=body)
        assert refused.status_code == 422, refused.text
        assert field in refused.text


PAGERDUTY = {
    "routing_key": "the integration's key",
    "event_action": "trigger",
    "dedup_key": "samplekeyhere",
    "payload": {
        "summary": "Example alert on host1.example.com",
        "source": "monitoringtool:cloudvendor:central-region-dc-01:852559987:cluster/api",
        "severity": "info",
        "component": "postgres",
    },
}
OPSGENIE = {"message": "An example alert message", "alias": "Life is too short", "priority": "P1"}


@pytest.mark.parametrize(
    ("source", "body", "name"),
    [
        # Source: PagerDuty, "Send an Alert Event"; Opsgenie, "Create Alert".
        ("pagerduty-events-v2", PAGERDUTY, "Example alert on host1.example.com"),
        ("opsgenie", OPSGENIE, "An example alert message"),
        ("alertmanager", body_of(one_alert("a")), "DiskFull (instance=a)"),
    ],
)
async def test_every_kind_of_sender_is_tried(
    client: AsyncClient, dependencies: Dependencies, source: str, body: Any, name: str
) -> None:
    _, integration_id = await integration_in(client, dependencies)
    await route(client, ALL)
    message = {"integration_id": integration_id, "source": source, "body": json.dumps(body)}
    [one] = (await tried(client, {"message": message}))["tried"]
    assert (one["name"], one["title"], one["severity"]) == (name, f"{name}!", "SEV4")


async def test_a_trial_asks_no_sender_back(client: AsyncClient, dependencies: Dependencies) -> None:
    _, integration_id = await integration_in(client, dependencies)
    # Source: Amazon SNS, "Parsing Amazon SNS message formats".
    body = {
        "Type": "SubscriptionConfirmation",
        "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        "Token": "2336412f37",
        "TopicArn": "arn:aws:sns:us-west-2:123456789012:MyTopic",
        "Message": "You have chosen to subscribe to the topic.",
        "SubscribeURL": "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription",
        "Timestamp": "2012-04-26T20:45:04.751Z",
        "SignatureVersion": "1",
        "Signature": "EXAMPLEpH+DcEwjAPg8O9mY8dReBSwksfg2S7WKQcikc",
        "SigningCertURL": "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3.pem",
    }
    message = {"integration_id": integration_id, "source": "amazon-sns", "body": json.dumps(body)}
    said = await tried(client, {"message": message})
    assert (said["outcome"], said["tried"]) == ("put_off", [])
    assert "asks nobody" in said["reason"]
