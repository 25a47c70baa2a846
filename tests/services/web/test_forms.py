"""Forms: only from our own pages, once for each press, and never somebody else's command."""

import asyncio
from collections.abc import Iterable
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from starlette.requests import Request
from starlette.types import Message

from events.configuration.api_key import ApiScope
from events.ids import ResponderId
from services.access.callers import Session
from services.web import forms
from services.web.addresses import ours
from services.web.forms import LARGEST, Form, FormRefused, csrf_token, read_form

TOKEN = bytes(range(32))
ADA = Session(
    session_id="1", account_id="ada", person=ResponderId("ada"), roles=frozenset(ApiScope)
)
BOB = Session(
    session_id="2", account_id="bob", person=ResponderId("bob"), roles=frozenset(ApiScope)
)
OURS = {"host": "tocsin.example", "origin": "https://tocsin.example"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def request_of(
    body: bytes | None, headers: dict[str, str], path: str = "/incidents/INC-1/notes"
) -> Request:
    """Return a request whose body comes at once, or never."""
    lines = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": lines,
        "server": ("tocsin.example", 443),
        "scheme": "https",
    }

    async def receive() -> Message:
        if body is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": body}

    return Request(scope, receive)


async def sent(
    fields: Iterable[tuple[str, str]] | None = None,
    session: Session = ADA,
    *,
    path: str = "/incidents/INC-1/notes",
    headers: dict[str, str] | None = None,
) -> Form:
    """Send a form as one of our pages does, but for what a test says."""
    named = {**OURS, **FORM, **(headers or {})}
    pairs = [("csrf", csrf_token(TOKEN)), *(fields or ())]
    return await read_form(request_of(urlencode(pairs).encode(), named, path), session, TOKEN)


async def test_a_form_of_ours_is_read_as_it_was_written() -> None:
    form = await sent([("text", " one\r\ntwo \n"), ("who", "ada"), ("who", "bob"), ("empty", " ")])
    assert form.text("text") == "one\ntwo"
    assert form.listed("who") == ["ada", "bob"]
    assert form.text("empty") is None
    assert not form.ticked("private")


ELSEWHERE = {
    "another site": {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    "a sibling": {"origin": "https://status.tocsin.example", "sec-fetch-site": "same-site"},
    "nowhere": {"origin": "null"},
    "nowhere, it says itself the same": {"origin": "null", "sec-fetch-site": "same-origin"},
    "another port": {"origin": "https://tocsin.example:444"},
    "a name that begins like ours": {"origin": "https://tocsin.example.evil.example"},
    "ours as a user": {"origin": "https://tocsin.example@evil.example"},
    "no origin, from another site": {"origin": "", "sec-fetch-site": "cross-site"},
    "no origin, and nothing said": {"origin": ""},
    "a bookmark": {"origin": "", "sec-fetch-site": "none"},
}


@pytest.mark.parametrize("headers", ELSEWHERE.values(), ids=ELSEWHERE)
async def test_a_form_from_elsewhere_is_refused_with_the_token_too(
    headers: dict[str, str],
) -> None:
    with pytest.raises(FormRefused, match="Another site sent this") as refused:
        await sent(headers=headers)
    assert refused.value.status == 403


@pytest.mark.parametrize("token", ["", "x", "é", csrf_token(bytes(32)), csrf_token(TOKEN) + "0"])
async def test_a_form_without_the_token_of_this_session_is_refused(token: str) -> None:
    body = urlencode([("csrf", token)]).encode()
    with pytest.raises(FormRefused, match="out of date"):
        await read_form(request_of(body, {**OURS, **FORM}), ADA, TOKEN)


async def test_script_may_show_the_token_in_a_header() -> None:
    headers = {**OURS, **FORM, "x-csrf-token": csrf_token(TOKEN)}
    form = await read_form(request_of(b"text=one", headers), ADA, TOKEN)
    assert form.text("text") == "one"


async def test_a_second_press_is_the_same_command_and_another_one_is_not() -> None:
    note = [("command", "6b0f3a1e-5b5c-4b3e-9a1f-0d3c1f7c1111"), ("text", "It is back.")]
    first = await sent(note)
    assert (await sent(note)).command_id == first.command_id
    assert (await sent([("command", "another"), note[1]])).command_id != first.command_id


async def test_what_was_seen_is_the_command_where_the_page_is_everybodys() -> None:
    seen = await sent([("seen", "7")])
    assert (await sent([("seen", "7")])).command_id == seen.command_id
    assert (await sent([("seen", "8")])).command_id != seen.command_id
    elsewhere = await sent([("seen", "7")], path="/incidents/INC-2/notes")
    assert elsewhere.command_id != seen.command_id


async def test_the_command_of_somebody_else_is_ones_own_once_one_sends_it() -> None:
    note = [("command", "6b0f3a1e-5b5c-4b3e-9a1f-0d3c1f7c1111")]
    assert (await sent(note, BOB)).command_id != (await sent(note, ADA)).command_id


UNREADABLE = {
    "json": (b"{}", {"content-type": "application/json"}, 415),
    "a file where none is taken": (b"", {"content-type": "multipart/form-data; boundary=x"}, 415),
    "too much": (b"a=" + b"x" * LARGEST, FORM, 413),
    "no pairs": (b"nothing", FORM, 400),
    "no UTF-8": (b"a=\xff", FORM, 400),
    "escaped, no UTF-8": (b"a=%ff", FORM, 400),
    "too many fields": (b"&".join(b"a=1" for _ in range(1_000)), FORM, 400),
}


@pytest.mark.parametrize(("body", "headers", "status"), UNREADABLE.values(), ids=UNREADABLE)
async def test_what_cannot_be_read_is_refused_with_the_reason(
    body: bytes, headers: dict[str, str], status: int
) -> None:
    with pytest.raises(FormRefused) as refused:
        await read_form(request_of(body, {**OURS, **headers}), ADA, TOKEN)
    assert refused.value.status == status


async def test_a_form_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "SECONDS", 0.0)
    with pytest.raises(FormRefused, match="Send it again") as refused:
        await read_form(request_of(None, {**OURS, **FORM}), ADA, TOKEN)
    assert refused.value.status == 408


@pytest.mark.parametrize("address", ["/", "/incidents/INC-1?in=board", "/on-call/primary#now"])
def test_a_path_of_ours_is_gone_to(address: str) -> None:
    assert ours(address) == address


@pytest.mark.parametrize(
    "address",
    [
        *("//evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example", "evil"),
        *("javascript:alert(1)", "/ok\r\nSet-Cookie: a=b", "/a b", "/é", "", None, "/\t/evil"),
        "/x\\evil",
    ],
)
def test_no_address_leads_out_of_tocsin(address: str | None) -> None:
    assert ours(address) is None


@pytest.mark.parametrize("address", ["/%2f/evil.example", "/%5cevil.example", "/%09/evil.example"])
def test_an_escaped_slash_leads_nowhere_else(address: str) -> None:
    assert urlsplit(urljoin("https://tocsin.example/", ours(address) or "/")).netloc == (
        "tocsin.example"
    )
