"""Signing in from a browser: forms, passkeys and links, and everything hostile around them."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape
from typing import Any, cast
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient, Response
from pydantic import SecretStr

from events.account.commands import InviteAccount
from events.account.life import INVITATION_GOOD_FOR
from events.configuration.api_key import ApiScope
from events.ids import AccountId
from events.log.postgres import PostgresLog
from services.identity.local.accounts import local_accounts
from services.identity.local.entering import WRONG
from services.identity.local.first_admin import first_admin_link
from services.identity.proofs.password_hashes import PasswordHashes
from services.identity.signed_links import Purpose, SignedLink
from services.settings import Settings
from services.web.application import create_web
from services.web.page import Web
from services.web.session_cookie import PLAIN_NAME, token_in
from tests.services.identity.local.arranging import (
    LINK_KEY,
    PASSWORD,
    QUICK,
    SITE,
    Door,
    door_to,
)
from tests.services.identity.signing_people_in import ADA, operator
from tests.services.identity.software_passkey import SoftwarePasskey

pytestmark = pytest.mark.stack
OURS = {"Origin": SITE, "Sec-Fetch-Site": "same-origin"}
FIELD = re.compile(r'<input type="hidden" name="(\w+)"(?: autocomplete="\w+")? value="([^"]*)">')
OPTIONS = re.compile(r'data-options="([^"]*)"')


class Visitor:
    """A browser without script, and whoever sits before it."""

    def __init__(self, http: AsyncClient, door: Door) -> None:
        self.http = http
        self.door = door

    async def open(self, address: str) -> Response:
        return await self.http.get(address)

    async def fill(self, address: str, to: str | None = None, **fields: str) -> Response:
        """Fill in the form of a page, with everything hidden in it."""
        page = await self.http.get(address)
        assert page.status_code == 200, page.text
        return await self.send(page, to or address, **fields)

    async def send(self, page: Response, to: str, **fields: str) -> Response:
        hidden = {name: unescape(value) for name, value in FIELD.findall(page.text)}
        return await self.http.post(to, data={**hidden, **fields}, headers=OURS)

    async def who(self) -> str | None:
        token = token_in(dict(self.http.cookies), secure=False)
        found = await self.door.sessions.find(token, datetime.now(UTC)) if token else None
        return found.session.account_id if found else None


@pytest.fixture
async def ada(log: PostgresLog) -> AsyncIterator[Visitor]:
    """A browser before the door."""
    door = door_to(log)
    door.now = datetime.now(UTC)
    settings = Settings(link_key=SecretStr(LINK_KEY.get_secret_value()), public_url=SITE)
    hashes = PasswordHashes(QUICK)
    local = local_accounts(log, log.database, door.sessions, door.letters, settings, hashes)
    web = Web(
        api=cast("Any", None),
        log=log,
        sessions=door.sessions,
        clock=lambda: datetime.now(UTC),
        secure=False,
        local=local,
    )
    transport = ASGITransport(create_web(web, cast("Any", None)))
    async with AsyncClient(transport=transport, base_url=SITE) as http:
        yield Visitor(http, door)


async def test_a_person_signs_in_and_goes_where_they_wanted(ada: Visitor) -> None:
    await ada.door.with_password()
    answer = await ada.fill(
        "/sign-in?next=/incidents%3Fa%3Db", "/sign-in", name="ada", password=PASSWORD
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents?a=b")
    assert await ada.who() == "ada"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()


@pytest.mark.parametrize(
    "address",
    ["//evil.example.com", "https://evil.example.com", "/\\evil.example.com", "javascript:1"],
)
async def test_nobody_is_sent_to_another_site(ada: Visitor, address: str) -> None:
    await ada.door.with_password()
    page = await ada.open("/sign-in")
    answer = await ada.send(page, "/sign-in", name="ada", password=PASSWORD, next=address)
    assert answer.headers["location"] == "/"


async def test_a_wrong_password_is_said_on_the_page_without_what_was_typed(ada: Visitor) -> None:
    await ada.door.with_password()
    for name in ("ada", "nobody"):
        answer = await ada.fill("/sign-in", name=name, password="a wrong secret")
        assert answer.status_code == 401
        assert WRONG in unescape(answer.text)
        assert "a wrong secret" not in answer.text
        assert await ada.who() is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.com", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://other.localhost:8080", "Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {},
    ],
)
async def test_another_site_signs_nobody_in(ada: Visitor, headers: dict[str, str]) -> None:
    await ada.door.with_password()
    page = await ada.open("/sign-in")
    hidden = dict(FIELD.findall(page.text))
    fields = {**hidden, "name": "ada", "password": PASSWORD}
    answer = await ada.http.post("/sign-in", data=fields, headers=headers)
    assert answer.status_code == 403
    assert await ada.who() is None


async def test_a_form_without_its_browser_s_token_is_refused(ada: Visitor) -> None:
    await ada.door.with_password()
    page = await ada.open("/sign-in")
    ada.http.cookies.clear()
    answer = await ada.send(page, "/sign-in", name="ada", password=PASSWORD)
    assert answer.status_code == 403


async def test_a_session_that_somebody_planted_is_not_the_one_signed_in_to(ada: Visitor) -> None:
    await ada.door.with_password()
    await ada.door.with_password(AccountId("mallory"))
    await ada.fill("/sign-in", name="mallory", password=PASSWORD)
    planted = ada.http.cookies[PLAIN_NAME]
    await ada.fill("/sign-in", name="ada", password=PASSWORD)
    assert await ada.who() == "ada"
    assert ada.http.cookies[PLAIN_NAME] != planted
    token = token_in({PLAIN_NAME: planted}, secure=False)
    assert token is not None
    assert await ada.door.sessions.find(token, datetime.now(UTC)) is None


async def test_a_passkey_signs_in_alone_or_after_a_password(ada: Visitor) -> None:
    await ada.door.with_password()
    device = await ada.door.with_passkey()
    page = await ada.open("/sign-in")
    answer = device.used(options_in(page))
    done = await ada.send(page, "/sign-in/passkey", answer=answer)
    assert done.status_code == 303, done.text
    assert await ada.who() == "ada"
    ada.http.cookies.clear()
    second = await ada.fill("/sign-in", name="ada", password=PASSWORD)
    assert "One more proof" in second.text
    assert await ada.who() is None
    answer = device.used(options_in(second))
    done = await ada.send(second, "/sign-in/passkey", answer=answer)
    assert done.status_code == 303, done.text
    assert await ada.who() == "ada"


async def test_no_other_passkey_signs_in(ada: Visitor) -> None:
    await ada.door.with_password()
    page = await ada.open("/sign-in")
    stranger = SoftwarePasskey(user_handle=b"ada")
    refused = await ada.send(page, "/sign-in/passkey", answer=stranger.used(options_in(page)))
    assert refused.status_code == 401
    assert await ada.who() is None


def options_in(page: Response) -> str:
    found = OPTIONS.search(page.text)
    assert found is not None
    return unescape(found[1])


async def test_a_wrong_recovery_code_asks_again(ada: Visitor) -> None:
    await ada.door.with_password()
    await ada.door.with_passkey()
    second = await ada.fill("/sign-in", name="ada", password=PASSWORD)
    again = await ada.send(second, "/sign-in/code", code="wrong")
    assert again.status_code == 401
    assert "One more proof" in again.text


async def test_the_first_admin_comes_in_by_the_printed_link_once(ada: Visitor) -> None:
    coming_in = ada.door.coming_in
    url = await first_admin_link(
        coming_in.links, coming_in.admins, SITE, UUID(int=1), datetime.now(UTC)
    )
    assert url is not None
    path = url.removeprefix(SITE)
    fields = {"name": "Ada", "id": "ada", "email": "", "password": PASSWORD, "again": PASSWORD}
    for changed, said in (
        ({"again": "other"}, "not the same"),
        ({"id": "Ada Lovelace"}, "lowercase letters"),
        ({"email": "nobody"}, "e-mail address"),
        ({"password": "short", "again": "short"}, "10 characters"),
    ):
        wrong = await ada.fill(path, **{**fields, **changed})
        assert wrong.status_code == 422
        assert said in unescape(wrong.text)
        assert 'value="Ada"' in wrong.text
    done = await ada.fill(path, **fields)
    assert done.status_code == 303, done.text
    assert await ada.who() == "ada"
    assert (await ada.open(path)).status_code == 410


async def test_an_invited_person_comes_in_by_the_link_once(ada: Visitor) -> None:
    now = datetime.now(UTC)
    await ada.door.give(
        InviteAccount(
            account_id=ADA,
            email="ada@example.com",
            roles=(ApiScope.RESPONDER,),
            invitation_id=UUID(int=1),
            actor=operator,
            at=now,
        )
    )
    link = SignedLink(
        purpose=Purpose.INVITATION,
        account_id=ADA,
        link_id=UUID(int=1),
        expires_at=now + INVITATION_GOOD_FOR,
    )
    path = f"/invitation/{ada.door.coming_in.links.make(link)}"
    assert "You are invited as <strong>ada</strong>" in (await ada.open(path)).text
    wrong = await ada.fill(path, password="1234567890", again="1234567890")
    assert (wrong.status_code, "commonest" in wrong.text) == (422, True)
    done = await ada.fill(path, password=PASSWORD, again=PASSWORD)
    assert done.status_code == 303, done.text
    assert await ada.who() == "ada"
    assert (await ada.open(path)).status_code == 410


async def test_a_forgotten_password_is_replaced_by_a_link(ada: Visitor) -> None:
    await ada.door.with_password(email="ada@example.com")
    known = await ada.fill("/sign-in/forgotten", name="ada")
    unknown = await ada.fill("/sign-in/forgotten", name="nobody")
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert len(ada.door.letters.sent) == 1
    path = f"/reset/{ada.door.letters.newest_token()}"
    done = await ada.fill(path, password="another long one", again="another long one")
    assert "Your password is changed" in done.text
    assert (await ada.open(path)).status_code == 410
    await ada.fill("/sign-in", name="ada", password="another long one")
    assert await ada.who() == "ada"


@pytest.mark.parametrize("path", ["/reset/x", "/invitation/x", "/first-admin/x", "/reset/%00"])
async def test_what_is_no_link_says_so(ada: Visitor, path: str) -> None:
    answer = await ada.open(path)
    assert answer.status_code == 410
    assert "not whole" in answer.text


async def test_markup_in_a_name_stays_text(ada: Visitor) -> None:
    answer = await ada.fill("/sign-in", name="<script>alert(1)</script>", password="x" * 12)
    assert "<script>alert" not in answer.text


async def test_pages_of_strangers_keep_to_the_policy(ada: Visitor) -> None:
    for path in ("/sign-in", "/sign-in/forgotten"):
        page = await ada.open(path)
        assert page.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "style=" not in page.text
        assert not re.search(r"<script(?![^>]*src=)", page.text)
