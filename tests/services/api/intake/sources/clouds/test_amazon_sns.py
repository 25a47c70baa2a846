"""Amazon SNS: alarms of CloudWatch, believed because Amazon signed them.

Bodies: the notification of a CloudWatch alarm in the documentation of Harness; the confirmation in
Amazon's SNS developer guide. Their signatures are examples, so a key of the tests signs them anew.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient

from activities.delivery.faults import DeliveryFault, DeliveryRefused, ProviderUnreachable
from events.configuration.api_key import ApiScope
from services.api.dependencies import Dependencies
from services.api.intake.sources.clouds.amazon_sns import SnsMessage, batch_of
from services.api.intake.sources.clouds.sns_signature import signed_text
from services.intake.arrival import Arrival
from tests.services.api.intake.doors import door_for, recorded
from tests.services.api.intake.monitor import SENDER, STARTED, signals_in, story_of
from tests.services.api.intake.sources.clouds.amazon import Amazon
from tests.services.api.intake.test_keeping import kept
from tests.services.api.key_holders import holder_of

ALARM = recorded("amazon_sns/alarm.json")
CONFIRMATION = recorded("amazon_sns/confirmation.json")


@pytest.fixture
def amazon() -> Amazon:
    return Amazon()


@pytest.fixture
async def dependencies(dependencies: Dependencies, amazon: Amazon) -> Dependencies:
    return replace(dependencies, fetch=amazon.fetch)


@pytest.fixture
async def door(client: AsyncClient, dependencies: Dependencies) -> str:
    return await door_for(client, dependencies, "amazon-sns")


def alarm(**members: Any) -> str:
    """The documented alarm with other members, as the text that SNS delivers."""
    inner: dict[str, Any] = json.loads(json.loads(ALARM)["Message"])
    return json.dumps(inner | members)


def signals_of(message: str) -> Any:
    sent = SnsMessage.model_validate_json(ALARM).model_copy(update={"Message": message})
    return signals_in(batch_of(sent, Arrival(sender=SENDER, at=STARTED)))


def test_an_alarm_is_one_alert_with_its_reason_and_its_place() -> None:
    (signal,) = signals_of(alarm())
    assert signal.firing
    assert signal.title == "Production-EC2-HighCPU"
    assert (
        signal.dedup_key == "arn:aws:cloudwatch:us-east-1:123456789012:alarm:Production-EC2-HighCPU"
    )
    assert signal.labels["InstanceId"] == "i-1234567890abcdef0"
    assert signal.labels["metric"] == "CPUUtilization"
    assert signal.started_at == datetime(2025, 7, 1, 10, 10, tzinfo=UTC)
    assert "greater than the threshold (80.0)" in signal.annotations["description"]
    assert signal.source_url == (
        "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1"
        "#alarmsV2:alarm/Production-EC2-HighCPU"
    )


@pytest.mark.parametrize(
    ("members", "fires"),
    [
        ({}, [True]),
        ({"NewStateValue": "OK"}, [False]),
        ({"NewStateValue": "INSUFFICIENT_DATA"}, []),
        ({"Trigger": None}, [True]),
        ({"Trigger": {"Dimensions": "none"}}, [True]),
        ({"Trigger": {"Dimensions": [1, {"name": None}]}}, [True]),
        ({"StateChangeTime": "2024-07-05T15:20:44.959+0000", "AlarmDescription": None}, [True]),
        ({"StateChangeTime": "yesterday", "AlarmArn": None}, [True]),
        ({"AlarmArn": "arn:aws:cloudwatch"}, [True]),
    ],
)
def test_what_is_odd_about_an_alarm_costs_no_page(members: Any, fires: list[bool]) -> None:
    assert [one.firing for one in signals_of(alarm(**members))] == fires


@pytest.mark.parametrize(
    "message", ["Disk full\nfor an hour", "{}", '{"AlarmName": ""}', "[1]", "3"]
)
def test_what_somebody_else_published_pages_by_its_subject(message: str) -> None:
    (signal,) = signals_of(message)
    assert signal.title == 'ALARM: "Production-EC2-HighCPU" in US East (N. Virginia)'
    assert signal.annotations["description"] == message


@pytest.mark.parametrize("version", ["1", "2"])
async def test_a_signed_alarm_opens_an_incident_and_its_end_ends_the_alert(
    client: AsyncClient, dependencies: Dependencies, amazon: Amazon, door: str, version: str
) -> None:
    over = alarm(NewStateValue="OK", StateChangeTime="2025-07-01T10:20:00.000+0000")
    fired, ended = amazon.signed(ALARM, version), amazon.signed(ALARM, version, Message=over)
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "x-amz-sns-message-type": "Notification",
    }
    outcomes = []
    for message in (fired, fired, ended):
        answer = await client.post(door, content=json.dumps(message), headers=headers)
        assert answer.status_code == 200, answer.text
        outcomes.append(answer.json()["outcome"])
    assert outcomes == ["opened", "unchanged", "unchanged"]
    assert not (await story_of(dependencies.log)).open_alerts
    assert amazon.fetched == [amazon.url]  # once, for all of them


async def test_a_subscription_is_confirmed_at_amazon(
    client: AsyncClient, dependencies: Dependencies, amazon: Amazon, door: str
) -> None:
    answer = await client.post(door, json=amazon.signed(CONFIRMATION))
    assert answer.status_code == 200
    assert amazon.fetched == [amazon.url, json.loads(CONFIRMATION)["SubscribeURL"]]
    assert not (await story_of(dependencies.log)).incidents


@pytest.mark.parametrize(
    ("body", "outcome"),
    [(ALARM, "unchanged"), (CONFIRMATION, "refused")],  # whose token is blacked out, and signed
    ids=["an alarm", "a subscription"],
)
async def test_a_replay_confirms_no_subscription_and_asks_amazon_for_nothing(
    client: AsyncClient,
    dependencies: Dependencies,
    amazon: Amazon,
    door: str,
    body: bytes,
    outcome: str,
) -> None:
    assert (await client.post(door, json=amazon.signed(body))).status_code == 200
    asked = list(amazon.fetched)
    (message,) = await kept(dependencies)
    headers = await holder_of(dependencies.log, ApiScope.ADMIN)
    replay = f"/v1/arrivals/{message.arrival_id}/replay"
    answer = (await client.post(replay, json={}, headers=headers)).json()
    assert answer["outcome"] == outcome, answer
    assert amazon.fetched == asked


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription",
        "https://sns.us-west-2.amazonaws.com.example.com/",
        "https://sns.us-west-2.amazonaws.com@example.com/",
        "https://user@sns.us-west-2.amazonaws.com/",
        "https://sns.us-west-2.amazonaws.com:8443/",
        "https://169.254.169.254/latest/meta-data/",
        "https://s3.us-west-2.amazonaws.com/SimpleNotificationService-0.pem",
        "https://sns.us-west-2.amazonaws.com\\@example.com/",
        "https://[",
        "file:///etc/passwd",
        "",
    ],
)
async def test_nothing_but_sns_itself_is_ever_fetched(
    client: AsyncClient, amazon: Amazon, door: str, url: str
) -> None:
    signed = amazon.signed(CONFIRMATION, SubscribeURL=url)
    assert (await client.post(door, json=signed)).status_code == 401
    forged = amazon.signed(ALARM) | {"SigningCertURL": url}
    assert (await client.post(door, json=forged)).status_code == 401
    assert set(amazon.fetched) <= {amazon.url}


@pytest.mark.parametrize(
    "forged",
    [
        {"Message": "Nothing happened"},
        {"Subject": "Nothing happened"},
        {"Subject": None},
        {"TopicArn": "arn:aws:sns:us-east-1:1:mine"},
        {"Signature": ""},
        {"Signature": "no base64"},
        {"Signature": "bm8gc2lnbmF0dXJl"},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
        {"SignatureVersion": ""},
    ],
)
async def test_what_amazon_did_not_sign_is_refused(
    client: AsyncClient, dependencies: Dependencies, amazon: Amazon, door: str, forged: Any
) -> None:
    answer = await client.post(door, json=amazon.signed(ALARM) | forged)
    assert answer.status_code == 401
    assert answer.json()["code"] == "signature-wrong"
    assert not (await story_of(dependencies.log)).incidents


@pytest.mark.parametrize(
    ("out_of_order", "status"),
    [
        ({"fault": ProviderUnreachable("connect_timeout")}, 503),
        ({"fault": DeliveryFault("timeout")}, 503),
        ({"fault": DeliveryRefused("address_blocked")}, 401),
        ({"status": 500}, 503),
        ({"body": b"<html>"}, 503),
    ],
)
async def test_a_certificate_that_cannot_be_had_is_asked_for_again(
    client: AsyncClient, amazon: Amazon, door: str, out_of_order: dict[str, Any], status: int
) -> None:
    for name, value in out_of_order.items():
        setattr(amazon, name, value)
    answer = await client.post(door, json=amazon.signed(ALARM))
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status == 503)
    amazon.fault, amazon.status, amazon.body = None, 200, Amazon().body
    assert (await client.post(door, json=amazon.signed(ALARM))).status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"Type": "Notification"}', b'{"Type": "Order"}', b"\xff"]
)
async def test_what_is_no_message_of_sns_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, door: str, body: bytes
) -> None:
    assert (await client.post(door, content=body)).status_code in {400, 422}
    assert len(await dependencies.dead_letters.newest(10)) == 1


def test_the_text_that_is_signed_is_the_one_amazon_documents() -> None:
    text = signed_text(json.loads(CONFIRMATION)).decode().split("\n")
    names = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
    assert [line for line in text if line in names] == list(names)
    assert text[-2:] == ["SubscriptionConfirmation", ""]
