"""A provider ends sessions of ours by a token, which counts once and only if it is one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services.identity.oidc.code_flow import arrive, depart
from services.identity.oidc.sign_out import way_out
from services.identity.oidc.tokens.logout_tokens import EVENT, Logout, logout_in
from services.request_refusals import LogoutTokenRefused
from tests.eventually import eventually
from tests.fakes.receiver import receiver
from tests.identity_providers import Browser, IdentityProvider, ProviderClient
from tests.services.identity.oidc.arranging import (
    EXAMPLE,
    ISSUER,
    REDIRECT_URI,
    SEALER,
    PaperProvider,
    provider_at,
    rsa_key,
    token,
)

KEY, FOREIGN = rsa_key("good"), rsa_key("foreign")


def claims(**changed: Any) -> dict[str, Any]:
    now = int(datetime.now(UTC).timestamp())
    whole = {
        "iss": ISSUER,
        "sub": "grace",
        "sid": "a session",
        "aud": EXAMPLE.client_id,
        "iat": now,
        "exp": now + 120,
        "jti": "this one",
        "events": {EVENT: {}},
        **changed,
    }
    return {name: value for name, value in whole.items() if value is not ...}


async def ended_by(one: str) -> Logout:
    return await logout_in(PaperProvider(keys=[KEY.as_dict(private=False)]).provider(), one)


@pytest.mark.parametrize(
    ("changed", "subject", "session"),
    [
        ({}, "grace", "a session"),
        ({"sub": ...}, None, "a session"),
        ({"sid": ...}, "grace", None),
        ({"exp": ...}, "grace", "a session"),
    ],
)
async def test_a_logout_token_says_what_is_over(
    changed: dict[str, Any], subject: str | None, session: str | None
) -> None:
    logout = await ended_by(token(KEY, claims(**changed), typ="logout+jwt"))
    assert (logout.subject, logout.provider_session) == (subject, session)


async def test_a_logout_token_is_known_again_by_its_id() -> None:
    first, again = [await ended_by(token(KEY, claims())) for _ in range(2)]
    other = await ended_by(token(KEY, claims(jti="another")))
    assert first.token_hash == again.token_hash != other.token_hash


HOSTILE: dict[str, Callable[[], str]] = {
    "an identity token": lambda: token(KEY, claims(events=..., nonce="n")),
    "a logout token with a nonce": lambda: token(KEY, claims(nonce="n")),
    "no event": lambda: token(KEY, claims(events=...)),
    "another event": lambda: token(KEY, claims(events={"urn:example:other": {}})),
    "an event that says nothing": lambda: token(KEY, claims(events={EVENT: None})),
    "events in a list": lambda: token(KEY, claims(events=[EVENT])),
    "about nobody": lambda: token(KEY, claims(sub=..., sid=...)),
    "about a session that is a number": lambda: token(KEY, claims(sid=7)),
    "about a person that is a number": lambda: token(KEY, claims(sub=7)),
    "without an id": lambda: token(KEY, claims(jti=...)),
    "with an empty id": lambda: token(KEY, claims(jti="")),
    "for another application": lambda: token(KEY, claims(aud="another")),
    "by another issuer": lambda: token(KEY, claims(iss="https://evil.example.com")),
    "by a key that nobody published": lambda: token(FOREIGN, claims()),
    "expired": lambda: token(KEY, claims(exp=1)),
    "of yesterday": lambda: token(KEY, claims(iat=1)),
    "an access token": lambda: token(KEY, claims(), typ="at+jwt"),
    "nothing": lambda: "",
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_anything_else_ends_nothing(kind: str) -> None:
    with pytest.raises(LogoutTokenRefused):
        await ended_by(HOSTILE[kind]())


async def test_who_signs_out_at_the_provider_is_signed_out_here(
    identity_provider: IdentityProvider,
) -> None:
    """And signing out here ends the session there, because the browser is sent there."""
    provider = provider_at(identity_provider.issuer)
    browser = Browser()
    async with receiver() as ours:
        client = ProviderClient(backchannel_logout_uri=ours.url)
        await identity_provider.arrange(clients=[client])
        departure = await depart(provider, SEALER, redirect_uri=REDIRECT_URI, destination="/")
        back = urlsplit(await browser.sign_in(departure.url, "grace"))
        arrival = await arrive(
            provider,
            SEALER,
            redirect_uri=REDIRECT_URI,
            query={name: values[0] for name, values in parse_qs(back.query).items()},
            cookies={departure.cookie: departure.sealed},
        )
        assert arrival.identity.provider_session is not None
        back_to = client.post_logout_redirect_uris[0]
        way = await way_out(provider, back_to=back_to, id_token=arrival.identity.id_token)
        assert way is not None
        assert await browser.sign_out(way) == back_to

        async def posted() -> str | None:
            return ours.last.body.decode() if ours.requests else None

        form = parse_qs(await eventually("a logout token", posted))
    logout = await logout_in(provider, form["logout_token"][0])
    assert logout.provider_session == arrival.identity.provider_session
    assert logout.subject == "grace"


async def test_a_provider_without_a_way_out_is_left_alone() -> None:
    provider = PaperProvider(keys=[]).provider()
    assert await way_out(provider, back_to="https://tocsin.example.com/", id_token=None) is None
