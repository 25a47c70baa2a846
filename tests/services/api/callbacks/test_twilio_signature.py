"""Only what Twilio signed for this installation counts."""

from dataclasses import replace

import pytest
from httpx import AsyncClient

from tests.fakes.twilio.callbacks import Callback, reply, words_in
from tests.fakes.twilio.server import FakeTwilio

SITE = "https://pager.example.com/tocsin"


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FakeTwilio().settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TOCSIN_PUBLIC_URL", SITE)


HELLO = reply(SITE, "+46701234567", "STOP")


async def test_what_twilio_signed_is_taken_behind_a_proxy_too(client: AsyncClient) -> None:
    answer = await HELLO.to(client, SITE)
    assert answer.status_code == 200
    assert words_in(answer) == ""


@pytest.mark.parametrize(
    "forged",
    [
        replace(HELLO, token="f" * 32),
        replace(HELLO, headers={"x-twilio-signature": ""}),
        replace(HELLO, headers={"x-twilio-signature": "no base64 =?ISO-8859-1?Q?=FF?="}),
        replace(HELLO, headers={"x-twilio-signature": "=" * 5000}),
        replace(HELLO, form={**HELLO.form, "AccountSid": "AC" + "9" * 32}),
    ],
)
async def test_what_somebody_else_signed_is_refused(client: AsyncClient, forged: Callback) -> None:
    answer = await forged.to(client, SITE)
    assert answer.status_code == 401
    assert "Only Twilio" in answer.text


async def test_a_field_that_was_changed_on_the_way_is_noticed(client: AsyncClient) -> None:
    headers = {"x-twilio-signature": HELLO.signature}
    changed = {**HELLO.form, "Body": "OK"}
    answer = await client.post("/twilio/messages", data=changed, headers=headers)
    assert answer.status_code == 401


async def test_a_signature_of_no_alphabet_at_all_is_refused(client: AsyncClient) -> None:
    headers = [(b"x-twilio-signature", b"\xff\xfe")]
    answer = await client.post("/twilio/messages", data=HELLO.form, headers=headers)
    assert answer.status_code == 401


async def test_another_host_in_the_request_changes_nothing(client: AsyncClient) -> None:
    lured = reply("https://evil.example.com", "+46701234567", "STOP")
    headers = {"host": "evil.example.com", "x-forwarded-host": "evil.example.com"}
    answer = await replace(lured, headers=headers).to(client, "https://evil.example.com")
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"Body=%FF", b"a=1&a=2", b"{}", b"&".join([b"a=1"] * 5000), b"\x00"],
)
async def test_a_body_that_is_no_form_is_refused(client: AsyncClient, body: bytes) -> None:
    headers = {"x-twilio-signature": HELLO.signature, "content-type": "text/plain"}
    answer = await client.post("/twilio/messages", content=body, headers=headers)
    assert answer.status_code == 401


async def test_while_a_token_is_changed_the_old_one_counts_too(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = HELLO.token
    monkeypatch.setenv("TOCSIN_TWILIO_AUTH_TOKEN", f"{'e' * 32}, {old}")
    assert (await HELLO.to(client, SITE)).status_code == 200
    assert (await replace(HELLO, token="e" * 32).to(client, SITE)).status_code == 200
    monkeypatch.setenv("TOCSIN_TWILIO_AUTH_TOKEN", "e" * 32)
    assert (await HELLO.to(client, SITE)).status_code == 401


async def test_without_an_account_nobody_is_believed(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_TWILIO_AUTH_TOKEN", "")
    assert (await replace(HELLO, token="").to(client, SITE)).status_code == 401


async def test_somebody_who_replies_while_nothing_can_be_stored_is_told(
    client: AsyncClient,
) -> None:
    """A text message cannot be retried by a machine: so it is answered in words, not with 503."""
    answer = await reply(SITE, "+46701234567", "OK").to(client, SITE)
    assert answer.status_code == 200
    assert "Not acknowledged" in words_in(answer)
