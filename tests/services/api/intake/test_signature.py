"""Signatures: checked on the bytes that were received, behind a good key, and never half."""

import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response

from events.configuration.integration import IntegrationSigningSecretChanged
from events.values.personal import ERASED
from services.api.dependencies import Dependencies
from services.api.intake.signature import HexSignature, Unchecked, check_for
from services.intake.arrival import Arrival, Sender
from services.request_refusals import SignatureWrong
from tests.services.api.intake.doors import recorded
from tests.services.api.intake.monitor import SENDER, STARTED, story_of
from tests.services.api.intake.test_alertmanager_route import monitor_at

SECRET = "e5f1c0a9b3d84726958a1c2e"
SIGNATURE = "X-Grafana-Alerting-Signature"
TIME = "X-Grafana-Alerting-Timestamp"
BODY = recorded("grafana/version-11.json")
GRAFANA = HexSignature(SIGNATURE, TIME)


def signed(body: bytes, secret: str = SECRET) -> str:
    return hmac.digest(secret.encode(), body, "sha256").hex()


class Signed:
    """An integration with a signing secret, and what an admin may do to it."""

    def __init__(self, client: AsyncClient, key: str, integration_id: str) -> None:
        self._client = client
        self._key = key
        self.path = f"/v1/integrations/{integration_id}"

    async def sends(self, body: bytes, kind: str = "grafana", **headers: str) -> Response:
        path = f"/v1/integrations/{self._key}/{kind}"
        named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
        return await self._client.post(path, content=body, headers=named)


@pytest.fixture
async def monitor(client: AsyncClient, dependencies: Dependencies) -> Signed:
    _, admin = await monitor_at(client, dependencies)
    named = {"name": "Grafana", "service_id": "checkout"}
    made = (await admin.post("/v1/integrations", json=named)).json()
    monitor = Signed(client, made["key"], made["integration_id"])
    body = {"signing_secret": SECRET}
    answer = await admin.put(f"{monitor.path}/signing-secret", json=body)
    assert answer.status_code == 200, answer.text
    assert SECRET not in answer.text
    return monitor


async def test_a_signed_message_is_taken(monitor: Signed, dependencies: Dependencies) -> None:
    answer = await monitor.sends(BODY, X_Grafana_Alerting_Signature=signed(BODY))
    assert (answer.status_code, answer.json()["outcome"]) == (200, "opened")
    assert len((await story_of(dependencies.log)).incidents) == 1


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "0" * 64,
        signed(BODY)[:-1],
        signed(BODY, "another secret, as long"),
        signed(BODY + b" "),
        signed(json.dumps(json.loads(BODY)).encode()),
        "sha256=" + signed(BODY),
        "\u00e9" * 64,
    ],
)
async def test_a_forged_or_missing_signature_is_refused_and_nothing_is_kept(
    monitor: Signed, dependencies: Dependencies, signature: str
) -> None:
    answer = await monitor.sends(BODY, X_Grafana_Alerting_Signature=signature)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature-wrong")
    assert SECRET not in answer.text
    assert not (await story_of(dependencies.log)).incidents
    assert not await dependencies.dead_letters.newest(10)


@pytest.mark.parametrize("kind", ["alertmanager", "generic", "uptime-kuma", "change-events"])
async def test_a_door_that_cannot_check_is_no_way_around_the_secret(
    monitor: Signed, kind: str
) -> None:
    answer = await monitor.sends(b'{"title": "a"}', kind, Content_Type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "signature-wrong")


async def test_a_signed_body_that_nobody_can_read_is_kept(
    monitor: Signed, dependencies: Dependencies
) -> None:
    for body in (b"", b"disk full"):
        answer = await monitor.sends(body, X_Grafana_Alerting_Signature=signed(body))
        assert answer.status_code == 400
    assert [one.size for one in await dependencies.dead_letters.newest(10)] == [9, 0]


async def test_a_secret_is_shown_nowhere_replaced_at_once_and_taken_away(
    client: AsyncClient, monitor: Signed, dependencies: Dependencies
) -> None:
    again = await client.put(f"{monitor.path}/signing-secret", json={"signing_secret": "b" * 16})
    assert "bbbb" not in again.text
    assert SECRET not in again.text
    old = await monitor.sends(BODY, X_Grafana_Alerting_Signature=signed(BODY))
    new = await monitor.sends(BODY, X_Grafana_Alerting_Signature=signed(BODY, "b" * 16))
    assert (old.status_code, new.status_code) == (401, 200)
    await client.delete(f"{monitor.path}/signing-secret")
    assert (await monitor.sends(BODY)).status_code == 200
    story = await story_of(dependencies.log)
    assert story.types.count("integration.signing_secret_changed") == 3


@pytest.mark.parametrize("secret", ["", "short", "x" * 256, None, 7])
async def test_a_secret_that_anybody_could_guess_is_refused(
    client: AsyncClient, monitor: Signed, secret: Any
) -> None:
    answer = await client.put(f"{monitor.path}/signing-secret", json={"signing_secret": secret})
    assert answer.status_code == 422
    assert "x" * 256 not in answer.text


@pytest.mark.parametrize(("ending", "status"), [("revoked", 410), ("unknown", 404)])
async def test_an_integration_that_is_not_there_gets_no_secret(
    client: AsyncClient, monitor: Signed, ending: str, status: int
) -> None:
    if ending == "revoked":
        await client.delete(monitor.path)
    path = monitor.path if ending == "revoked" else "/v1/integrations/nobody"
    body = {"signing_secret": SECRET + "0"}
    assert (await client.put(f"{path}/signing-secret", json=body)).status_code == status


def arrived(secret: str | None, **headers: str) -> Arrival:
    sender = Sender(
        integration_id=SENDER.integration_id, service_id=SENDER.service_id, signing_secret=secret
    )
    named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return Arrival(sender=sender, at=STARTED, headers=named)


# Sentry issues 71025 and 38443: a receiver that writes the JSON anew signs other bytes.
@pytest.mark.parametrize(
    "body", ['{"a": "é"}'.encode(), b'{"a": 1.0}', rb'{"a": "\u00e9"}', b'{ "a" :\t1 }\n', b""]
)
def test_the_bytes_received_are_what_was_signed(body: bytes) -> None:
    check = check_for(GRAFANA, arrived(SECRET, **{SIGNATURE: signed(body)}))
    for one in body:
        check.update(bytes([one]))
    check.require()


@pytest.mark.parametrize(
    ("after", "digits", "taken"),
    [
        (0, str, True),
        (-299, str, True),
        (299, str, True),
        (-301, str, False),
        (301, str, False),
        (0, "{}.0".format, False),
        (0, "9{}99999999999".format, False),
        (0, lambda _: "now", False),
        (0, lambda _: "١٢٣", False),
    ],
)
def test_a_time_is_signed_with_the_body_and_must_be_new(
    after: float, digits: Callable[[int], str], *, taken: bool
) -> None:
    time = digits(int((STARTED + timedelta(seconds=after)).timestamp()))
    signature = signed(f"{time}:".encode() + BODY)
    try:
        check = check_for(GRAFANA, arrived(SECRET, **{SIGNATURE: signature.upper(), TIME: time}))
        check.update(BODY)
        check.require()
    except SignatureWrong:
        assert not taken
    else:
        assert taken


def test_a_time_that_was_left_out_does_not_fit_the_signature() -> None:
    time = str(int(STARTED.timestamp()))
    check = check_for(GRAFANA, arrived(SECRET, **{SIGNATURE: signed(f"{time}:".encode() + BODY)}))
    check.update(BODY)
    with pytest.raises(SignatureWrong, match="is not the signature of this body"):
        check.require()


def test_without_a_secret_the_key_is_enough() -> None:
    assert isinstance(check_for(GRAFANA, arrived(None)), Unchecked)


def test_an_erased_secret_signs_nothing() -> None:
    with pytest.raises(SignatureWrong, match="was erased"):
        check_for(GRAFANA, arrived(ERASED, **{SIGNATURE: signed(b"", ERASED)}))


def test_a_secret_shows_in_no_line_about_its_sender() -> None:
    assert SECRET not in repr(arrived(SECRET))
    event = IntegrationSigningSecretChanged(
        integration_id=SENDER.integration_id,
        signing_secret=SECRET,
        is_signed=True,
        signing_secret_changed_by="cli",
        signing_secret_changed_at=STARTED,
    )
    assert SECRET not in repr(event)
