"""A passkey is made and used in a real browser, by a device that the browser makes up."""

from dataclasses import replace

import pytest
from playwright.async_api import BrowserContext, Page, expect

from services.identity.local.accounts import local_accounts
from services.identity.proofs.password_hashes import PasswordHashes
from services.settings import Settings
from services.web.application import create_web
from services.web.page import Web
from tests.services.identity.local.arranging import LINK_KEY, PASSWORD, QUICK, door_to
from tests.services.identity.signing_people_in import ADA
from tests.services.web.browser.conftest import SECONDS, Screens

pytestmark = pytest.mark.stack
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


async def doorstep(screens: Screens) -> tuple[BrowserContext, Page, str]:
    """Return a browser with such a device, before an installation that keeps passkeys."""
    served, site = screens.served, screens.site
    base = f"http://localhost:{served.port}"
    web: Web = site.app.state.web
    log = site.api.log
    settings = Settings(link_key=LINK_KEY, public_url=base)
    hashes = PasswordHashes(QUICK)
    local = local_accounts(log, log.database, web.sessions, None, settings, hashes)
    await served.stop()
    site.app = create_web(replace(web, local=local), site.live)
    await served.start()
    await site.browser_of("ada")
    door = door_to(log)
    door.now = site.people.now
    await door.choose(ADA, PASSWORD)
    context = await screens.chromium.new_context(base_url=base)
    screens.open.push_async_callback(context.close)
    context.set_default_timeout(SECONDS)
    page = await context.new_page()
    devices = await context.new_cdp_session(page)
    await devices.send("WebAuthn.enable")
    await devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return context, page, base


async def with_password(page: Page) -> None:
    await page.goto("/sign-in?next=/settings/account")
    await page.fill("#name", "ada")
    await page.fill("#password", PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_a_passkey_is_made_and_signs_in_alone_and_after_a_password(
    screens: Screens,
) -> None:
    _, page, base = await doorstep(screens)
    await with_password(page)
    adding = page.locator("form[action$='/passkeys/question']")
    await adding.locator("[name=name]").fill("Laptop")
    await adding.locator("[name=current]").fill(PASSWORD)
    await adding.get_by_role("button").click()
    await page.get_by_role("button", name="Make the passkey").click()
    await expect(page.get_by_text("Laptop", exact=True)).to_be_visible(timeout=SECONDS)
    await page.get_by_role("button", name="Sign out here").first.click()
    await page.get_by_role("button", name="Use a passkey").click()
    await page.wait_for_url(f"{base}/")
    await page.goto("/settings/account")
    await page.get_by_role("button", name="Sign out here").first.click()
    await expect(page.get_by_role("button", name="Use a passkey")).to_be_visible(timeout=SECONDS)
    await with_password(page)
    await page.get_by_role("button", name="Use your passkey").click()
    await expect(page.get_by_role("heading", name="Your account")).to_be_visible(timeout=SECONDS)
