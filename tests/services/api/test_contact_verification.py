"""A contact method is verified by the code that came over it, and nobody else learns the code."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from pydantic import SecretStr

from events.configuration.api_key import ApiScope
from events.ids import ResponderId, contact_verification_stream
from services.api.dependencies import Dependencies
from services.settings import Settings
from tests.fakes.mail_server import MailServer, mail_server
from tests.services.api.key_holders import holder_of
from tests.services.api.test_reach import MAIL, admin

__all__ = ["admin"]

PATH = "/v1/responders/ada/contact-methods/1/verification"
STREAM = contact_verification_stream(ResponderId("ada"))


@pytest.fixture
async def mail(
    app: FastAPI, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MailServer]:
    """Let the process send to a mail server of the test, and make codes."""
    async with mail_server() as server:
        monkeypatch.setenv("TOCSIN_SMTP_PORT", str(server.port))
        told = Settings(webhook_allow_private=True, link_key=SecretStr("k" * 32))
        app.state.dependencies = replace(dependencies, settings=told)
        yield server
        app.state.dependencies = dependencies


async def register(admin: AsyncClient, *methods: dict[str, str]) -> Any:
    body = {"name": "Ada", "contact_methods": methods}
    answer = await admin.put("/v1/responders/ada", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def code_in(mail: MailServer) -> str:
    told = re.search(r"code is (\d{3} \d{3})", str(mail.mails[-1]["subject"]))
    assert told
    return told[1]


async def enter(client: AsyncClient, code: str, **more: Any) -> Response:
    return await client.post(f"{PATH}/confirmation", json={"code": code}, **more)


def another(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**6:06}"


async def test_the_code_that_came_verifies_it(admin: AsyncClient, mail: MailServer) -> None:
    assert "No contact method of ada is verified" in (await register(admin, MAIL))["warnings"][1]
    sent = await admin.post(PATH)
    assert sent.status_code == 200, sent.text
    assert (sent.json()["channel"], sent.json()["taken"]) == ("email", True)
    code = code_in(mail)
    assert code.replace(" ", "") not in sent.text.replace(" ", "")
    entered = await enter(admin, code)
    assert entered.status_code == 200, entered.text
    (warning,) = (await register(admin, MAIL, MAIL))["warnings"]
    assert "one way only" in warning


async def test_the_code_stands_nowhere_in_the_log(
    admin: AsyncClient, mail: MailServer, dependencies: Dependencies
) -> None:
    await register(admin, MAIL)
    await admin.post(PATH)
    code = code_in(mail)
    await enter(admin, code)
    stored = await dependencies.log.read_stream(STREAM)
    assert [one.type for one in stored] == [
        "contact_verification.requested",
        "delivery.sent",
        "contact_verification.confirmed",
    ]
    digits = code.replace(" ", "").encode()
    assert not [one for one in stored if digits in one.payload or code.encode() in one.payload]


async def test_a_wrong_code_costs_a_try_and_five_end_it(
    admin: AsyncClient, mail: MailServer
) -> None:
    await register(admin, MAIL)
    await admin.post(PATH)
    code = code_in(mail)
    for left in (4, 3, 2, 1, 0):
        wrong = await enter(admin, another(code))
        assert wrong.status_code == 422
        assert wrong.json()["tries_left"] == left
    late = await enter(admin, code)
    assert late.status_code == 410
    assert "too often" in late.json()["detail"]


async def test_a_repeat_of_the_request_sends_nothing_again(
    admin: AsyncClient, mail: MailServer
) -> None:
    await register(admin, MAIL)
    key = {"Idempotency-Key": "0198c0de-0000-7000-8000-000000000001"}
    await admin.post(PATH, headers=key)
    again = await admin.post(PATH, headers=key)
    assert again.status_code == 200, again.text
    assert len(mail.mails) == 1
    flood = await admin.post(PATH)
    assert flood.status_code == 409


async def test_a_new_address_is_not_verified(admin: AsyncClient, mail: MailServer) -> None:
    await register(admin, MAIL)
    await admin.post(PATH)
    await enter(admin, code_in(mail))
    moved = {"channel": "email", "address": "ada@example.net"}
    assert "No contact method of ada is verified" in (await register(admin, moved))["warnings"][1]


async def test_a_code_for_the_old_address_verifies_no_new_one(
    admin: AsyncClient, mail: MailServer
) -> None:
    await register(admin, MAIL)
    await admin.post(PATH)
    await register(admin, {"channel": "email", "address": "ada@example.net"})
    entered = await enter(admin, code_in(mail))
    assert entered.status_code == 410
    assert "has changed" in entered.json()["detail"]


async def test_a_code_for_a_method_that_was_removed_is_good_for_nothing_also_when_it_is_back(
    admin: AsyncClient, mail: MailServer
) -> None:
    await register(admin, MAIL)
    await admin.post(PATH)
    code = code_in(mail)
    await register(admin)
    assert (await enter(admin, code)).status_code == 404
    await register(admin, MAIL)
    back = await enter(admin, code)
    assert back.status_code == 410
    assert "has changed" in back.json()["detail"]


async def test_a_provider_that_does_not_take_it_is_told(
    admin: AsyncClient, mail: MailServer, dependencies: Dependencies
) -> None:
    await register(admin, {"channel": "push", "address": "http://127.0.0.1:9999/ada"})
    sent = await admin.post(PATH)
    assert sent.json()["taken"] is False
    assert sent.json()["fault"].startswith("ProviderUnreachable")
    stored = await dependencies.log.read_stream(STREAM)
    assert stored[-1].type == "delivery.failed"


async def test_a_person_verifies_their_own_and_nobody_elses(
    client: AsyncClient, admin: AsyncClient, mail: MailServer, dependencies: Dependencies
) -> None:
    await register(admin, MAIL)
    await admin.put("/v1/responders/ben", json={"name": "Ben", "contact_methods": []})
    ada = await holder_of(dependencies.log, ApiScope.RESPONDER, responder_id=ResponderId("ada"))
    ben = await holder_of(dependencies.log, ApiScope.RESPONDER, responder_id=ResponderId("ben"))
    client.headers.update(ben)
    assert (await client.post(PATH)).status_code == 403
    assert (await enter(client, "123456")).status_code == 403
    rules = "/v1/responders/ada/notification-rules"
    assert (await client.put(rules, json={})).status_code == 403
    client.headers.update(ada)
    assert (await client.post(PATH)).status_code == 200
    assert (await enter(client, code_in(mail))).status_code == 200
    assert (await client.put(rules, json={"high": [{"contact_method": 1}]})).status_code == 200


async def test_what_makes_no_sense_is_refused_by_its_place(
    admin: AsyncClient, mail: MailServer
) -> None:
    await register(admin, MAIL)
    assert (await admin.post(PATH.replace("/1/", "/2/"))).status_code == 404
    assert (await admin.post(PATH.replace("/1/", "/0/"))).status_code == 422
    assert (await admin.post(PATH.replace("ada", "nobody"))).status_code == 404
    assert (await enter(admin, "12345")).json()["errors"][0]["field"] == "body.code"
    assert (await enter(admin, "123456")).status_code == 410
    dry = await admin.post(PATH, headers={"Tocsin-Dry-Run": "true"})
    assert dry.status_code == 422
    assert mail.mails == []
