"""Who vouches for a mail is checked, shown, and demanded only where somebody demands it.

DNS is a server of the tests, asked over the network; signatures are made by dkimpy.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import aiosmtplib
import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from services.api.intake.keeping.envelope import opened
from services.api.intake.keeping.sweep import Sweep
from services.mail import vouching as vouching_module
from services.mail.received_mail import ReceivedMail
from services.mail.resolving import Resolver
from services.mail.vouching import Voucher, Vouching, is_above
from tests.fakes.name_server import NameServer, name_server
from tests.services.api.intake.monitor import story_of
from tests.services.api.intake.sources.email.mails import written
from tests.services.mail.conftest import Post, post_with

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
MAIL = written(
    "From: Nagios <nagios@example.org>",
    "Subject: CRITICAL: disk of db-1",
    "Date: Mon, 23 Nov 2026 03:25:00 +0000",
    text="97 %\r\n",
)
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
HEADERS = (b"from", b"subject", b"date")


def text_record(text: str) -> str:
    """A text as a zone has it: in strings of at most 255 bytes."""
    return " ".join(f'"{text[start : start + 250]}"' for start in range(0, len(text), 250))


def signed(
    raw: bytes = MAIL,
    domain: bytes = b"example.org",
    headers: tuple[bytes, ...] = HEADERS,
    *,
    length: bool = False,
) -> bytes:
    return dkim.sign(raw, b"s1", domain, PRIVATE, include_headers=headers, length=length) + raw


@pytest.fixture
async def names() -> AsyncIterator[NameServer]:
    async with name_server() as server:
        for domain in ("example.org", "mon.example.org", "elsewhere.example.net"):
            server.say(f"s1._domainkey.{domain}", "TXT", text_record(f"v=DKIM1; k=rsa; p={PUBLIC}"))
        server.say("example.org", "TXT", text_record("v=spf1 ip4:192.0.2.0/28 -all"))
        server.say("elsewhere.example.net", "TXT", text_record("v=spf1 mx a:mx.example.net ?all"))
        server.say("elsewhere.example.net", "MX", "10 mx.example.net.")
        server.say("mx.example.net", "A", "198.51.100.7")
        yield server


async def vouched(
    names: NameServer,
    raw: bytes = MAIL,
    *,
    mail_from: str = "nagios@nowhere.example.com",
    client: str = "203.0.113.9",
    knows_client: bool = True,
) -> Vouching:
    voucher = Voucher(Resolver(("127.0.0.1", names.port)), "in.example.org")
    mail = ReceivedMail(
        raw=raw, mail_from=mail_from, client=client, helo="mx", knows_client=knows_client
    )
    try:
        return await voucher.vouch(mail)
    finally:
        voucher.close()


@pytest.mark.parametrize(
    ("raw", "results", "by"),
    [
        (signed(), "dkim=pass header.d=example.org", "dkim example.org"),
        (MAIL, "dkim=none", ""),
        (signed().replace(b"97 %", b"98 %"), "dkim=permerror (body hash mismatch", ""),
        (signed().replace(b"disk of", b"rack of"), "dkim=fail header.d=example.org", ""),
        (signed(domain=b"unknown.example.org"), "dkim=fail header.d=unknown.example.org", ""),
        (signed(domain=b"elsewhere.example.net"), "dkim=pass header.d=elsewhere.example.net", ""),
        (signed(domain=b"mon.example.org"), "dkim=pass header.d=mon.example.org", ""),
        (signed(headers=(b"from", b"date")), "dkim=policy header.d=example.org", ""),
        (signed(length=True) + b"more", "dkim=policy header.d=example.org", ""),
        (b"Subject: UP: disk of db-1\r\n" + signed(), "dkim=pass header.d=example.org", ""),
        (b"From: eve@example.net\r\n" + signed(), "dkim=fail header.d=example.org", ""),
        (b"DKIM-Signature: v=1; a=junk\r\n" + MAIL, "dkim=permerror", ""),
        (b"DKIM-Signature: junk\r\n" + MAIL, "dkim=permerror", ""),
    ],
    ids=[str(number) for number in range(13)],
)
async def test_a_signature_vouches_for_the_author_whose_domain_made_it(
    names: NameServer, raw: bytes, results: str, by: str
) -> None:
    checked = await vouched(names, raw)
    assert checked.results.startswith(f"in.example.org; {results}")
    assert (checked.by, checked.left_open) == (by, False)


@pytest.mark.parametrize(
    ("client", "mail_from", "results", "by"),
    [
        ("192.0.2.7", "bounces@example.org", "spf=pass", "spf example.org"),
        ("192.0.2.99", "bounces@example.org", "spf=fail", ""),
        ("198.51.100.7", "eve@elsewhere.example.net", "spf=pass", ""),
        ("198.51.100.8", "eve@elsewhere.example.net", "spf=neutral", ""),
        ("192.0.2.7", "eve@nowhere.example.com", "spf=none", ""),
        ("2001:db8::7", "bounces@example.org", "spf=fail", ""),
        ("127.0.0.1", "bounces@example.org", "spf=none", ""),
        ("172.18.0.1", "bounces@example.org", "spf=none", ""),  # containers' own host
        ("fd00::7", "bounces@example.org", "spf=none", ""),
        ("not an address", "bounces@example.org", "spf=none", ""),
        ("192.0.2.7", "<>", "spf=none", ""),
        ("192.0.2.7", "x@" + "a" * 80 + ".example.org", "spf=none", ""),
    ],
)
async def test_a_server_vouches_where_the_domain_lets_it_send(
    names: NameServer, client: str, mail_from: str, results: str, by: str
) -> None:
    checked = await vouched(names, client=client, mail_from=mail_from)
    assert results in checked.results
    assert checked.by == by


async def test_a_relay_that_does_not_say_whose_mail_it_brings_is_not_checked(
    names: NameServer,
) -> None:
    checked = await vouched(
        names, client="192.0.2.7", mail_from="a@example.org", knows_client=False
    )
    assert "spf=none" in checked.results


async def test_a_record_that_never_ends_is_an_error_and_ends(names: NameServer) -> None:
    names.say("loop.example.com", "TXT", '"v=spf1 include:loop.example.com -all"')
    names.say("void.example.com", "TXT", '"v=spf1 a:a.x.com a:b.x.com a:c.x.com a:d.x.com -all"')
    for domain in ("loop.example.com", "void.example.com"):
        checked = await vouched(names, client="192.0.2.7", mail_from=f"a@{domain}")
        assert "spf=permerror" in checked.results, domain


async def test_a_key_that_is_too_long_to_use_is_none(names: NameServer) -> None:
    huge = f"v=DKIM1; k=rsa; p={'A' * 8_000}"
    names.say("s1._domainkey.example.org", "TXT", text_record(huge))
    assert "dkim=fail" in (await vouched(names, signed())).results


async def test_names_that_nobody_answers_for_are_left_open_in_time(
    names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names.silent = True
    checked = await vouched(names, signed(), client="192.0.2.7", mail_from="a@example.org")
    assert checked.left_open
    assert "dkim=temperror" in checked.results
    assert "spf=temperror" in checked.results
    monkeypatch.setattr(vouching_module, "SECONDS", 0.01)
    checked = await vouched(names, signed())
    assert (checked.left_open, checked.by) == (True, "")


@pytest.mark.parametrize(
    ("domain", "author"), [("example.org", "example.org"), ("example.org", "mon.example.org")]
)
def test_a_domain_speaks_for_itself_and_what_is_below_it(domain: str, author: str) -> None:
    assert is_above(domain, author)


@pytest.mark.parametrize(
    ("domain", "author"),
    [
        ("mon.example.org", "example.org"),
        ("ample.org", "example.org"),
        ("org", "example.org"),
        ("example.org", ""),
    ],
)
def test_a_domain_speaks_for_no_other(domain: str, author: str) -> None:
    assert not is_above(domain, author)


@pytest.fixture
async def checking(post: Post, names: NameServer) -> AsyncIterator[Post]:
    """The mail process with the tests' name server."""
    resolver = Resolver(("127.0.0.1", names.port))
    async with post_with(post.dependencies, post.mailbox, resolver) as opened_post:
        yield opened_post


@pytest.mark.stack
async def test_an_alert_and_its_mail_show_who_vouches_for_it(checking: Post) -> None:
    await checking.send(signed())
    await checking.send(written("From: eve@example.org", "Subject: forged", "Message-ID: <2@x>"))
    alerts = [
        one
        for one in (await story_of(checking.dependencies.log)).events
        if one.type == "alert.triggered"
    ]
    assert [one.labels["authenticated"] for one in alerts] == ["dkim example.org", "no"]
    assert "dkim=pass header.d=example.org" in alerts[0].annotations["authentication"]
    newest = (await checking.arrivals())[0]
    found = await checking.dependencies.arrivals.find(newest.arrival_id)
    assert found is not None
    assert "dkim=pass" in opened(found[1] or b"").headers["vouching-results"]


@pytest.mark.stack
async def test_an_address_for_authenticated_senders_takes_no_other(
    checking: Post, names: NameServer
) -> None:
    address = checking.mailbox.addresses.authenticated_sender
    assert (await checking.send(signed(), address))[0] == 250
    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await checking.send(MAIL, address)
    assert refused.value.code == 550
    names.silent = True
    with pytest.raises(aiosmtplib.SMTPDataError) as put_off:  # what was answered is remembered
        await checking.send(signed(domain=b"other.example.org"), address)
    assert put_off.value.code == 451
    kept = await checking.arrivals()
    assert [one.outcome for one in kept] == ["opened", "refused", "put_off"]
    assert "Nobody vouches for its sender" in (kept[1].reason or "")
    assert json.loads(kept[0].detail or "{}")["alerts_read"] == 1


@pytest.mark.stack
async def test_a_mail_that_nobody_vouched_for_is_not_believed_by_the_sweep_either(
    checking: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is killed before it is written down what became of a mail leaves it to the sweep."""
    monkeypatch.setattr(checking.dependencies.arrivals, "ended", lambda *_: None)
    with pytest.raises(aiosmtplib.SMTPDataError):
        await checking.send(MAIL, checking.mailbox.addresses.authenticated_sender)
    monkeypatch.undo()
    assert await Sweep(checking.dependencies, timedelta()).step() == 1
    (left,) = await checking.arrivals()
    assert left.outcome == "unchanged"
    assert (left.reason or "").startswith("Nobody vouches for its sender")
    assert (await story_of(checking.dependencies.log)).incidents == []


@pytest.mark.stack
async def test_a_dead_name_server_keeps_no_page(checking: Post, names: NameServer) -> None:
    names.silent = True
    replies = await asyncio.gather(*(checking.send(signed()) for _ in range(3)))
    assert {code for code, _ in replies} == {250}
    assert len((await story_of(checking.dependencies.log)).incidents) == 1
