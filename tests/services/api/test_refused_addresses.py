"""A way to reach somebody that is refused: the answer names the place, and repeats no secret."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from httpx import AsyncClient

from services.logs import configure_logs
from tests.activities.channels.failures import port_of_nobody
from tests.fakes.mail_server import MailServer
from tests.services.api.test_contact_verification import PATH, mail
from tests.services.api.test_reach import admin

__all__ = ["admin", "mail"]

SECRET = "JHMHI8qBe7bk2ZwO5U711o3dV_js"  # what must not come back
ENDPOINT = f"https://fcm.googleapis.com/fcm/send/{SECRET}"
WRONG = {
    "an Apprise URL of an unknown service": ("apprise", f"nonesuch://4174216298/{SECRET}"),
    "an Apprise URL that reads a file": ("apprise", f"fcm://a/{SECRET}?keyfile=/etc/passwd"),
    "an Apprise URL without its chat": ("apprise", f"discord://{SECRET}"),
    "a subscription without keys": ("web_push", json.dumps({"endpoint": ENDPOINT})),
    "a subscription that is cut off": ("web_push", json.dumps({"endpoint": ENDPOINT})[:-1]),
    "an endpoint alone": ("web_push", ENDPOINT),
    "a subscription with a broken key": (
        "web_push",
        json.dumps({"endpoint": ENDPOINT, "keys": {"p256dh": SECRET, "auth": SECRET}}),
    ),
}


type Logged = Callable[[], str]


@pytest.fixture
def logged() -> Iterator[Logged]:
    """Return what says all that the process logged until it is asked."""
    written = StringIO()
    before, handlers, level = structlog.get_config(), logging.root.handlers, logging.root.level
    logging.root.handlers = []  # those of other tests are kept open
    configure_logs("api", "debug", stream=written)

    def text() -> str:
        assert "request_handled" in written.getvalue()
        return written.getvalue()

    yield text
    structlog.configure(**before)
    logging.root.handlers = handlers
    logging.root.setLevel(level)


async def refusal(admin: AsyncClient, method: dict[str, Any]) -> str:
    body = {"name": "Ada", "contact_methods": [method]}
    answer = await admin.put("/v1/responders/ada", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"].startswith("body.contact_methods.0")
    return answer.text


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_refused_address_is_not_repeated_in_the_answer_or_the_log(
    admin: AsyncClient, wrong: str, logged: Logged
) -> None:
    channel, address = WRONG[wrong]
    told = await refusal(admin, {"channel": channel, "address": address})
    assert SECRET not in told + logged()


@pytest.mark.parametrize("token", [f"bot123456:{SECRET}", f"123456:{SECRET}!", f"1:../{SECRET}"])
async def test_a_refused_token_of_a_bot_is_not_repeated_in_the_answer_or_the_log(
    admin: AsyncClient, token: str, logged: Logged
) -> None:
    told = await refusal(admin, {"channel": "telegram", "address": "1", "secret": token})
    assert SECRET not in told + logged()


async def test_a_message_that_a_provider_does_not_take_names_the_fault_and_no_token(
    admin: AsyncClient, mail: MailServer, monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    monkeypatch.setenv("TOCSIN_TELEGRAM_URL", f"http://127.0.0.1:{await port_of_nobody()}")
    method = {"channel": "telegram", "address": "1", "secret": f"123456:{SECRET}"}
    body = {"name": "Ada", "contact_methods": [method]}
    kept = await admin.put("/v1/responders/ada", json=body)
    assert kept.status_code == 200, kept.text
    shown = await admin.get("/v1/responders/ada")
    tried = await admin.post(PATH)
    assert (tried.status_code, tried.json()["taken"]) == (200, False)
    assert mail.mails == []
    assert SECRET not in kept.text + shown.text + tried.text + logged()
