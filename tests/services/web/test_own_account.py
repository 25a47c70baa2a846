"""People see to their own account: password, passkeys, codes and sessions."""

import re
from html import unescape

import pytest
from fastapi import FastAPI
from httpx import Response

from events.account.commands import LinkIdentity
from events.log.postgres import PostgresLog
from services.identity.finding import account_of
from services.identity.local.accounts import local_accounts
from services.identity.proofs.password_hashes import PasswordHashes
from services.settings import Settings
from services.web.application import create_web
from services.web.page import Web
from services.web.session_cookie import PLAIN_NAME, token_in, written
from tests.services.identity.local.arranging import LINK_KEY, PASSWORD, QUICK, Door, door_to
from tests.services.identity.signing_people_in import ADA, operator
from tests.services.identity.software_passkey import SoftwarePasskey
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack
HERE = "/settings/account"
NEW = "another long password"
OPTIONS = re.compile(r'data-options="([^"]*)"')
TICKET = re.compile(r'name="asked" value="([^"]*)"')


@pytest.fixture
async def browser(site: Site, routed: FastAPI) -> Browser:
    """Ada, signed in, on a site that keeps passkeys."""
    web: Web = site.app.state.web
    log = site.api.log
    settings = Settings(link_key=LINK_KEY, public_url="http://localhost:8080")
    local = local_accounts(log, log.database, web.sessions, None, settings, PasswordHashes(QUICK))
    site.app = create_web(
        Web(
            api=web.api,
            log=web.log,
            sessions=web.sessions,
            clock=web.clock,
            secure=False,
            local=local,
        ),
        site.live,
    )
    browser = await site.browser_of("ada")
    browser.http.cookies.clear()  # as if the site itself had set it
    browser.http.cookies.set(PLAIN_NAME, written(browser.token), domain="tocsin.local")
    return browser


def door_of(site: Site) -> Door:
    assert isinstance(site.api.log, PostgresLog)
    door = door_to(site.api.log)
    door.now = site.people.now
    return door


def follow(browser: Browser) -> None:
    """Take over the token that the browser was given."""
    token = token_in({PLAIN_NAME: browser.http.cookies[PLAIN_NAME]}, secure=False)
    assert token is not None
    browser.token = token


async def set_password(browser: Browser, password: str, current: str = "") -> Response:
    answer = await browser.send(
        f"{HERE}/password", current=current, password=password, again=password
    )
    follow(browser)
    return answer


async def test_a_password_is_set_and_changed_and_ends_the_other_sessions(
    browser: Browser, site: Site
) -> None:
    assert "Set a password" in (await browser.get(HERE)).text
    other, _ = await site.people.sign_in(ADA)
    assert (await set_password(browser, PASSWORD)).status_code == 200
    assert await site.people.who(other) is None
    assert "Change the password" in (await browser.get(HERE)).text
    wrong = await set_password(browser, NEW, current="not mine")
    assert wrong.status_code == 422
    assert "That is not your password" in wrong.text
    assert "not mine" not in wrong.text
    assert (await set_password(browser, NEW, current=PASSWORD)).status_code == 200
    door = door_of(site)
    await door.entering.with_password("ada", NEW, door.visit())


async def test_a_password_that_everybody_tries_is_refused(browser: Browser) -> None:
    refused = await set_password(browser, "1234567890")
    assert (refused.status_code, "commonest" in refused.text) == (422, True)
    differing = await browser.send(f"{HERE}/password", password=PASSWORD, again="x")
    assert "not the same" in differing.text


async def test_a_passkey_is_added_used_and_removed(browser: Browser, site: Site) -> None:
    await set_password(browser, PASSWORD)
    refused = await browser.send(f"{HERE}/passkeys/question", name="Phone", current="wrong")
    assert refused.status_code == 422
    asked = await browser.send(f"{HERE}/passkeys/question", name="Phone", current=PASSWORD)
    options, ticket = OPTIONS.search(asked.text), TICKET.search(asked.text)
    assert options is not None
    assert ticket is not None
    device = SoftwarePasskey()
    fields = {
        "asked": unescape(ticket[1]),
        "answer": device.made(unescape(options[1])),
        "name": "Phone",
    }
    added = await browser.send(f"{HERE}/passkeys", **fields)
    assert added.status_code == 200
    assert "Remove Phone" in added.text
    again = await browser.send(f"{HERE}/passkeys", **fields)
    assert "Remove Phone" in again.text or again.status_code == 422
    [passkey] = (await account_of(site.api.log, ADA)).passkeys
    removed = await browser.send(f"{HERE}/passkeys/{passkey.passkey_id}/removal", current=PASSWORD)
    follow(browser)
    assert removed.status_code == 200
    assert "Remove Phone" not in removed.text


async def test_recovery_codes_are_shown_once(browser: Browser) -> None:
    await set_password(browser, PASSWORD)
    made = await browser.send(f"{HERE}/recovery-codes", current=PASSWORD)
    codes = re.findall(r'<li class="mono">([a-z2-7-]{19})</li>', made.text)
    assert len(set(codes)) == 10
    page = await browser.get(HERE)
    assert "10 codes left" in page.text
    assert not any(code in page.text for code in codes)


async def test_one_s_sessions_are_seen_and_ended(browser: Browser, site: Site) -> None:
    other, row = await site.people.sign_in(ADA)
    page = await browser.get(HERE)
    assert page.text.count("Firefox on a laptop") == 2
    assert "(this one)" in page.text
    await browser.send(f"{HERE}/sessions/{row.session_id}/end")
    assert await site.people.who(other) is None
    await browser.http.post(
        f"{HERE}/sessions/end", follow_redirects=False, data={}
    )  # no form of ours
    assert (await browser.get(HERE)).status_code == 200
    await browser.send(f"{HERE}/sessions/end")
    assert await site.people.who(browser.token) is None


async def test_an_identity_is_unlinked_while_something_else_opens_the_account(
    browser: Browser, site: Site
) -> None:
    identity = {"issuer": "https://id.example.com", "identity": "42"}
    await site.people.give(
        LinkIdentity(
            account_id=ADA,
            issuer=identity["issuer"],
            identity_subject=identity["identity"],
            actor=operator,
            at=site.people.now,
        )
    )
    assert "https://id.example.com" in (await browser.get(HERE)).text
    refused = await browser.send(f"{HERE}/identities/removal", **identity)
    assert (refused.status_code, "Nothing else opens" in refused.text) == (422, True)
    await set_password(browser, PASSWORD)
    done = await browser.send(f"{HERE}/identities/removal", current=PASSWORD, **identity)
    follow(browser)
    assert done.status_code == 200
    assert "https://id.example.com" not in done.text
