"""Somebody signs in through a certified provider, and is who the provider says."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from services.identity.oidc.code_flow import Arrival, Departure, arrive, depart
from services.identity.oidc.provider import Provider
from services.identity.oidc.round_trips import cookie_of
from services.request_refusals import (
    IdentityNotProven,
    IdentityProviderRefused,
    IdentityProviderUnavailable,
    SignInNotBegun,
)
from tests.identity_providers import PEOPLE, Browser, IdentityProvider, ProviderClient
from tests.services.identity.oidc.arranging import (
    ISSUER,
    REDIRECT_URI,
    SEALER,
    Clock,
    PaperProvider,
    provider_at,
)


async def away(provider: Provider, **asked: Any) -> Departure:
    return await depart(
        provider, SEALER, redirect_uri=REDIRECT_URI, destination="/incidents", **asked
    )


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def back(
    provider: Provider, departure: Departure, query: dict[str, str], **cookies: str
) -> Arrival:
    carried = cookies or {departure.cookie: departure.sealed}
    return await arrive(provider, SEALER, redirect_uri=REDIRECT_URI, query=query, cookies=carried)


async def signed_in(provider: Provider, account: str = "grace") -> Arrival:
    departure = await away(provider)
    url = await Browser().sign_in(departure.url, account)
    return await back(provider, departure, query_of(url))


@pytest.mark.parametrize("conform", [True, False], ids=["in userinfo", "in the token"])
async def test_who_signs_in_is_known_by_what_the_provider_says(
    identity_provider: IdentityProvider, *, conform: bool
) -> None:
    await identity_provider.arrange(conform=conform)
    arrival = await signed_in(provider_at(identity_provider.issuer))
    identity = arrival.identity
    assert (identity.issuer, identity.subject) == (identity_provider.issuer, "grace")
    assert (identity.name, identity.email) == ("Grace Hopper", "grace@example.com")
    assert identity.groups == {"oncall", "payments"}
    assert arrival.trip.destination == "/incidents"


async def test_an_address_that_nobody_verified_is_no_address(
    identity_provider: IdentityProvider,
) -> None:
    assert (
        await signed_in(provider_at(identity_provider.issuer), "mallory")
    ).identity.email is None


async def test_a_provider_may_be_trusted_to_verify_every_address(
    identity_provider: IdentityProvider,
) -> None:
    """Microsoft Entra does not say which addresses it has verified."""
    unsaid = {"grace": {"email": "Grace@Example.com"}}
    await identity_provider.arrange(accounts={**PEOPLE, **unsaid})
    issuer = identity_provider.issuer
    assert (await signed_in(provider_at(issuer))).identity.email is None
    trusting = provider_at(issuer, verifies_email=True)
    assert (await signed_in(trusting)).identity.email == "grace@example.com"
    assert (await signed_in(trusting, "mallory")).identity.email is None  # it says: not verified


@pytest.mark.parametrize("secret_goes_in", ["client_secret_basic", "client_secret_post"])
async def test_a_secret_may_have_any_letters(
    identity_provider: IdentityProvider, secret_goes_in: str
) -> None:
    secret = "a:b%c+d/ &=?~"
    client = ProviderClient(client_secret=secret, secret_goes_in=secret_goes_in)
    await identity_provider.arrange(clients=[client])
    provider = provider_at(identity_provider.issuer, client_secret=SecretStr(secret))
    assert (await signed_in(provider)).identity.subject == "grace"


async def test_a_wrong_secret_is_for_an_administrator_to_correct(
    identity_provider: IdentityProvider,
) -> None:
    provider = provider_at(identity_provider.issuer, client_secret=SecretStr("another"))
    with pytest.raises(IdentityProviderRefused, match="administrator has to correct"):
        await signed_in(provider)


async def test_keys_that_change_disturb_nobody(identity_provider: IdentityProvider) -> None:
    provider = provider_at(identity_provider.issuer)
    await signed_in(provider)
    await identity_provider.rotate_keys()
    assert (await signed_in(provider)).identity.subject == "grace"


async def test_a_code_is_good_once(identity_provider: IdentityProvider) -> None:
    provider = provider_at(identity_provider.issuer)
    departure = await away(provider)
    query = query_of(await Browser().sign_in(departure.url, "grace"))
    await back(provider, departure, query)
    with pytest.raises(IdentityNotProven):
        await back(provider, departure, query)


async def test_a_code_is_good_only_with_the_attempt_it_was_asked_for_in(
    identity_provider: IdentityProvider,
) -> None:
    """Somebody who has stolen a code begins a round trip of their own, and puts the code there."""
    provider = provider_at(identity_provider.issuer)
    of_grace = query_of(await Browser().sign_in((await away(provider)).url, "grace"))
    of_mallory = await away(provider)
    state = query_of(of_mallory.url)["state"]
    with pytest.raises(IdentityNotProven):
        await back(provider, of_mallory, {**of_grace, "state": state})


async def test_an_answer_to_another_browser_is_not_taken(
    identity_provider: IdentityProvider,
) -> None:
    """Mallory sends Grace her own answer, so that Grace would work in Mallory's account."""
    provider = provider_at(identity_provider.issuer)
    of_mallory, of_grace = await away(provider), await away(provider)
    query = query_of(await Browser().sign_in(of_mallory.url, "mallory"))
    with pytest.raises(SignInNotBegun):
        await back(provider, of_grace, query)
    renamed = {cookie_of(query["state"]): of_grace.sealed}
    with pytest.raises(SignInNotBegun):
        await back(provider, of_grace, query, **renamed)


@pytest.mark.parametrize("sealed", ["", "e30", "é", "x" * 400, "=" * 7])
async def test_a_cookie_that_we_did_not_seal_begins_nothing(
    identity_provider: IdentityProvider, sealed: str
) -> None:
    provider = provider_at(identity_provider.issuer)
    departure = await away(provider)
    query = query_of(await Browser().sign_in(departure.url, "grace"))
    with pytest.raises(SignInNotBegun):
        await back(provider, departure, query, **{departure.cookie: sealed})


@pytest.mark.parametrize("state", ["", "another", "é\ud800"])
async def test_a_state_that_we_did_not_give_out_is_not_taken(
    identity_provider: IdentityProvider, state: str
) -> None:
    provider = provider_at(identity_provider.issuer)
    departure = await away(provider)
    with pytest.raises(SignInNotBegun):
        await back(provider, departure, {"state": state, "code": "a code"})


async def test_two_tabs_do_not_disturb_each_other(identity_provider: IdentityProvider) -> None:
    provider = provider_at(identity_provider.issuer)
    one, other = await away(provider), await away(provider)
    cookies = {one.cookie: one.sealed, other.cookie: other.sealed}
    browser = Browser()
    for departure in (one, other):
        query = query_of(await browser.sign_in(departure.url, "grace"))
        assert (await back(provider, departure, query, **cookies)).identity.subject == "grace"


async def test_an_attempt_of_eleven_minutes_ago_is_over(
    identity_provider: IdentityProvider,
) -> None:
    clock = Clock()
    provider = provider_at(identity_provider.issuer, clock)
    departure = await away(provider)
    query = query_of(await Browser().sign_in(departure.url, "grace"))
    clock.ahead = timedelta(minutes=11)
    with pytest.raises(SignInNotBegun):
        await back(provider, departure, query)


async def test_an_answer_of_another_provider_is_not_taken(
    identity_provider: IdentityProvider,
) -> None:
    """RFC 9207: one provider passes the browser on with an answer of another."""
    provider = provider_at(identity_provider.issuer)
    departure = await away(provider)
    query = query_of(await Browser().sign_in(departure.url, "grace"))
    for issuer in ({"iss": "https://evil.example.com"}, {}):
        changed = {name: value for name, value in query.items() if name != "iss"} | issuer
        with pytest.raises(IdentityNotProven):
            await back(provider, departure, changed)


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        ("access_denied", IdentityProviderRefused),
        ("login_required", IdentityProviderRefused),
        ("<script>", IdentityProviderRefused),
        ("temporarily_unavailable", IdentityProviderUnavailable),
        ("server_error", IdentityProviderUnavailable),
    ],
)
async def test_a_provider_that_says_no_is_repeated_in_our_words(
    identity_provider: IdentityProvider, error: str, refusal: type[Exception]
) -> None:
    provider = provider_at(identity_provider.issuer)
    departure = await away(provider)
    said = {"state": query_of(departure.url)["state"], "iss": identity_provider.issuer}
    with pytest.raises(refusal) as refused:
        await back(provider, departure, {**said, "error": error, "error_description": "<b>evil"})
    assert "<" not in str(refused.value)


async def test_a_provider_that_is_down_is_said_plainly() -> None:
    provider = provider_at("http://127.0.0.1:9")
    with pytest.raises(IdentityProviderUnavailable, match="with a password or a passkey"):
        await away(provider)


@pytest.mark.parametrize(
    "published",
    [
        {"issuer": "https://evil.example.com"},
        {"token_endpoint": "http://provider.example.com/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": 7},
    ],
    ids=["another issuer", "not encrypted", "no keys", "a script", "a number"],
)
async def test_a_provider_that_describes_itself_wrongly_is_not_asked(
    published: dict[str, Any],
) -> None:
    with pytest.raises(IdentityProviderUnavailable):
        await PaperProvider(keys=[], metadata=published).provider().metadata()


async def test_what_a_provider_publishes_is_asked_for_once_an_hour() -> None:
    clock = Clock()
    paper = PaperProvider(keys=[])
    provider = paper.provider(clock)
    for _ in range(3):
        await away(provider)
    assert paper.asked == ["/.well-known/openid-configuration"]
    clock.ahead = timedelta(minutes=61)
    await away(provider)
    assert len(paper.asked) == 2


def test_the_paper_provider_is_the_one_of_the_tests() -> None:
    assert PaperProvider(keys=[]).provider().connection.issuer == ISSUER
