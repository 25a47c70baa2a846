"""Sign-in through a certified OpenID provider, in a real browser: in, out at both ends, less."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from services.identity.admins import Admins
from services.identity.oidc.door import Door
from tests.identity_providers import PEOPLE, IdentityProvider, ProviderClient
from tests.services.identity.oidc.arranging import SEALER, provider_at
from tests.services.web.browser.conftest import SECONDS, Screens
from tests.services.web.entrance import RULED, START

pytestmark = pytest.mark.stack


def opened(screens: Screens, issuer: str) -> None:
    """Let people in through the provider."""
    site, provider = screens.site, provider_at(issuer, **RULED)
    door = Door(
        log=site.api.log,
        database=site.api.log.database,
        sessions=site.people.sessions,
        admins=Admins(site.api.log, site.api.log.database),
        providers={"example": provider},
        sealer=SEALER,
        public_url=screens.served.url,
        clock=provider.clock,
    )
    site.app.state.web = replace(site.app.state.web, door=door)


async def sign_in(page: Page, account: str) -> None:
    """Go to the provider, say there who one is, and come back."""
    await page.get_by_role("link", name="Sign in with Example").click()
    await page.get_by_label("Account").fill(account)
    await page.get_by_role("button", name="Sign in").click()


async def test_a_person_comes_in_by_the_provider_leaves_at_both_ends_and_comes_back_with_less(
    screens: Screens, identity_provider: IdentityProvider
) -> None:
    issuer, url = identity_provider.issuer, screens.served.url
    client = ProviderClient(
        redirect_uris=(f"{url}{START}/callback",), post_logout_redirect_uris=(f"{url}/sign-in",)
    )
    await identity_provider.arrange(clients=[client])
    # The provider is gone to, and is not ours; its page for signing out has letters of others.
    screens.seen.expected = [urlsplit(issuer).netloc, "https://fonts.googleapis.com/"]
    opened(screens, issuer)
    declared = await screens.site.api.started(severity="SEV2")
    incident = f"/incidents/{declared['reference']}"
    context = await screens.chromium.new_context(base_url=url)
    screens.open.push_async_callback(context.close)
    context.set_default_timeout(SECONDS)
    context.on("page", screens.seen.watch)
    page = await context.new_page()

    await page.goto(f"{incident}?show=all")
    await sign_in(page, "grace")
    await expect(page).to_have_url(f"{url}{incident}?show=all")
    await expect(page.locator("#note")).to_be_visible()

    await page.goto("/settings/account")
    await page.locator("form[action='/sign-out'] button").click()
    await page.get_by_role("button", name="Yes").click()  # the provider asks
    await expect(page).to_have_url(f"{url}/sign-in")
    await page.goto(incident)
    await expect(page.get_by_role("link", name="Sign in with Example")).to_be_visible()

    less = {**PEOPLE["grace"], "groups": ["everybody"]}
    await identity_provider.arrange(clients=[client], accounts={**PEOPLE, "grace": less})
    await sign_in(page, "grace")  # it has forgotten them, too, and asks
    await expect(page).to_have_url(f"{url}{incident}")
    await expect(page.locator("h1")).to_contain_text("Checkout fails")
    await expect(page.locator("#note")).to_have_count(0)
    await page.goto("/settings")
    await expect(page.locator("main")).to_contain_text("observer")
