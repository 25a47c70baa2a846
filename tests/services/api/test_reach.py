"""What pages nobody is accepted and said at once; a page test shows who can be reached."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from services.api.dependencies import Dependencies
from services.api.http import envelope, headway
from services.api.resources.configuration import page_tests
from services.settings import Settings
from tests.fakes.mail_server import mail_server
from tests.fakes.receiver import Misbehaviour, Reply, receiver
from tests.services.api.key_holders import holder_of
from tests.services.api.test_configuration import SECRET, policy

MAIL = {"channel": "email", "address": "ada@example.com"}


@pytest.fixture
async def admin(client: AsyncClient, dependencies: Dependencies) -> AsyncClient:
    client.headers.update(await holder_of(dependencies.log, ApiScope.ADMIN))
    return client


async def warned(admin: AsyncClient, path: str, body: dict[str, Any]) -> list[str]:
    answer = await admin.put(path, json=body)
    assert answer.status_code == 200, answer.text
    told: list[str] = answer.json()["warnings"]
    return told


async def people(admin: AsyncClient, **methods: list[dict[str, str]]) -> None:
    for name, ways in methods.items():
        await admin.put(f"/v1/responders/{name}", json={"name": name, "contact_methods": ways})


async def test_a_responder_without_a_contact_method_is_accepted_with_a_warning(
    admin: AsyncClient,
) -> None:
    nobody = {"name": "Ada", "contact_methods": []}
    (told,) = await warned(admin, "/v1/responders/ada", nobody)
    assert "nobody can page ada" in told
    (one_way, unproven) = await warned(
        admin, "/v1/responders/ada", {**nobody, "contact_methods": [MAIL]}
    )
    assert one_way.startswith("ada can be paged in one way only")
    assert unproven.startswith("No contact method of ada is verified")


async def test_a_policy_says_which_of_its_levels_reach_nobody(admin: AsyncClient) -> None:
    await people(admin, ada=[MAIL], ben=[])
    path = "/v1/escalation-policies/night"
    one_way, unproven = await warned(admin, path, policy("ada"))
    assert one_way.startswith("Only one way leads to ada: ")
    assert "is verified of ada: " in unproven
    level = (await warned(admin, path, policy("ada", "ben")))[0]
    assert level.startswith("Level 2 reaches nobody")
    all_, nowhere = await warned(admin, path, policy("ben"))
    assert all_.startswith("This escalation policy pages nobody")
    assert nowhere == "Nobody can page ben: add a contact method."


async def test_a_policy_of_somebody_who_was_forgotten_pages_nobody(admin: AsyncClient) -> None:
    await people(admin, ada=[MAIL])
    await admin.put("/v1/escalation-policies/night", json=policy("ada"))
    await admin.request("DELETE", "/v1/subjects/ada", json={"reason": "They left."})
    service = {"name": "Shop", "escalation_policy_id": "night"}
    (told,) = await warned(admin, "/v1/services/shop", service)
    assert "night: This escalation policy pages nobody" in told


async def test_a_service_that_pages_nobody_says_so(admin: AsyncClient) -> None:
    none = {"name": "Shop", "escalation_policy_id": None}
    (told,) = await warned(admin, "/v1/services/shop", none)
    assert told.startswith("Nobody is paged for this service")
    await people(admin, ada=[MAIL])
    await admin.put("/v1/escalation-policies/night", json=policy("ada"))
    assert await warned(admin, "/v1/services/shop", {**none, "escalation_policy_id": "night"}) == []


@pytest.fixture
def reached(
    app: FastAPI, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """Let the process send to providers of the test."""

    def over(mail_port: int) -> None:
        monkeypatch.setenv("TOCSIN_SMTP_PORT", str(mail_port))
        told = Settings(webhook_allow_private=True)
        app.state.dependencies = replace(dependencies, settings=told)

    yield over
    app.state.dependencies = dependencies


async def test_a_page_test_shows_what_each_provider_answers(
    admin: AsyncClient, reached: Any
) -> None:
    async with mail_server() as mail, receiver(Reply(status=404)) as hook:
        reached(mail.port)
        webhook = {"channel": "webhook", "address": hook.url, "secret": SECRET}
        await people(admin, ada=[MAIL, webhook])
        answer = await admin.post("/v1/responders/ada/page-tests")
        assert answer.status_code == 200, answer.text
        by_mail, by_webhook = answer.json()["methods"]
        assert (by_mail["channel"], by_mail["taken"], by_mail["fault"]) == ("email", True, None)
        assert by_webhook["taken"] is False
        assert by_webhook["fault"] == "DeliveryRefused: http_404"
        (sent,) = mail.mails
        assert "Test page, nothing has happened" in str(sent["subject"])
        assert hook.last.json["data"]["incident"]["drill"] is True


async def test_one_contact_method_alone_is_tried_and_another_put_in_its_place(
    admin: AsyncClient, reached: Any
) -> None:
    async with mail_server() as mail, receiver() as hook:
        reached(mail.port)
        webhook = {"channel": "webhook", "address": hook.url, "secret": SECRET}
        await people(admin, ada=[MAIL, webhook])
        ways = "/v1/responders/ada/contact-methods"
        missing = await admin.post("/v1/responders/ada/page-tests?contact_method=3")
        assert (missing.status_code, missing.json()["code"]) == (404, "contact-method-not-found")
        ruled = {"high": [{"contact_method": 1}], "low": []}
        rules = await admin.put("/v1/responders/ada/notification-rules", json=ruled)
        assert rules.status_code == 200, rules.text
        other = {"contact_method": {**MAIL, "address": "lovelace@example.org"}}
        assert (await admin.put(f"{ways}/1", json=other)).status_code == 200
        assert (await admin.put(f"{ways}/3", json=other)).status_code == 404
        answer = await admin.post("/v1/responders/ada/page-tests?contact_method=1")
        assert [one["channel"] for one in answer.json()["methods"]] == ["email"]
        assert hook.requests == []
        (sent,) = mail.mails
        assert sent["to"] == "lovelace@example.org"


async def test_a_provider_that_hangs_is_told_beside_one_that_answers(
    admin: AsyncClient, reached: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_tests, "ANSWER_SECONDS", 0.5)
    async with mail_server() as mail, receiver(Misbehaviour.HANG) as hook:
        reached(mail.port)
        webhook = {"channel": "webhook", "address": hook.url, "secret": SECRET}
        await people(admin, ada=[MAIL, webhook])
        for module in (envelope, headway):
            monkeypatch.setattr(module, "DEADLINE_SECONDS", 0.3)  # of any other request
        answer = await admin.post("/v1/responders/ada/page-tests")
        assert answer.status_code == 200, answer.text
        by_mail, by_webhook = answer.json()["methods"]
        assert by_mail["taken"] is True
        assert by_webhook["fault"] == "OutcomeUnknown: no answer within 0 s"


async def test_a_repeated_page_test_can_be_told_by_its_id(admin: AsyncClient, reached: Any) -> None:
    async with receiver() as hook:
        reached(1)
        webhook = {"channel": "webhook", "address": hook.url, "secret": SECRET}
        await people(admin, ada=[webhook])
        for _ in range(2):
            key = {"Idempotency-Key": "once"}
            await admin.post("/v1/responders/ada/page-tests", headers=key)
        first, second = (one.json["data"]["delivery_id"] for one in hook.requests)
        assert first == second


async def test_a_page_test_of_nobody_is_refused(admin: AsyncClient) -> None:
    assert (await admin.post("/v1/responders/eve/page-tests")).status_code == 404


async def test_a_page_test_without_a_contact_method_has_nothing_to_show(
    admin: AsyncClient,
) -> None:
    await people(admin, ada=[])
    assert (await admin.post("/v1/responders/ada/page-tests")).json()["methods"] == []
