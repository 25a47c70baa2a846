"""Whatever comes is read or kept as a dead letter, in little time, and the next mail is not hit."""

import time
from contextlib import suppress
from email.message import EmailMessage
from itertools import pairwise

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from services.api.dependencies import Dependencies
from services.api.intake.sources.email import SOURCE
from services.request_refusals import BodyMalformed
from tests.services.api.intake.doors import door_for
from tests.services.api.intake.sources.email.mails import alert_in, heard, mail_of, written
from tests.services.api.kept_letters import KeptLetters

MEGABYTE = 1024 * 1024


def nested(depth: int) -> bytes:
    """A mail in a mail in a mail."""
    lines = ["Subject: deep"]
    for number in range(depth):
        lines += [f"Content-Type: multipart/mixed; boundary=b{number}", "", f"--b{number}"]
    return "\r\n".join([*lines, "", "text"]).encode()


@pytest.mark.parametrize(
    ("fields", "text", "said"),
    [
        (("Content-Type: text/plain; charset=us-ascii",), "café", "café"),
        (("Content-Type: text/plain; charset=utf-8",), b"caf\xe9", "café"),
        (("Content-Type: text/plain; charset=iso-8859-1",), b"caf\xe9", "café"),
        (("Content-Type: text/plain; charset=x-nonsense",), "café", "café"),
        (("Content-Type: text/plain; charset=utf-16",), "plain", "plain"),
        (("Content-Type: text/plain; charset=punycode",), "plain-", "plain-"),
        (("Content-Transfer-Encoding: base64",), "Disk is full, really!", "Disk is full, really!"),
        (("Content-Transfer-Encoding: base64",), "ZGlzaw==\r\n-- \r\nlist", "disk-- \nlist"),
        (("Content-Transfer-Encoding: quoted-printable",), "50=25 =ZZ", "50% =ZZ"),
        (("Content-Transfer-Encoding: x-uuencode",), "begin", "begin"),
        (("Content-Type: nonsense",), "disk", "disk"),
        (("Content-Type: multipart/mixed",), "disk", ""),
        (("Content-Type: text/html",), "<p>disk<script>x</script>", "disk"),
    ],
)
def test_a_mail_that_lies_about_its_text_is_read_all_the_same(
    fields: tuple[str, ...], text: str | bytes, said: str
) -> None:
    alert = alert_in(written("Subject: x", *fields, text=text))
    assert alert.annotations.get("description", "") == said


@pytest.mark.parametrize(
    ("field", "title"),
    [
        ("=?utf-8?q?caf=C3=A9?= =?utf-8?b?IGRpc2s=?=", "café disk"),
        ("=?x-nonsense?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?!!!?= disk", "disk"),
        ("=?utf-8?b?QUJD\x00R?= disk", "=?utf-8?b?QUJDR?= disk"),
        ("=?utf-8?q?=00=1b[31mred?=", "red"),
        ("café", "café"),
        ("caf\udce9", "café"),
        ("a\r\n\tb", "a b"),
    ],
)
def test_a_subject_is_read_however_it_is_written(field: str, title: str) -> None:
    assert alert_in(written(f"Subject: {field}")).title == title


def test_of_two_subjects_the_first_counts_that_says_something() -> None:
    assert alert_in(written("Subject: ", "Subject: one", "Subject: two")).title == "one"


@pytest.mark.parametrize(
    ("mail", "title"),
    [
        (b"\r\ndisk full", "disk full"),
        (b"disk full", "disk full"),
        (b"From: ops@example.org\r\n\r\n", "E-mail from ops@example.org"),
        (b"\x00\xff\xfe disk\r\n", "ÿþ disk"),
    ],
)
def test_a_mail_without_a_subject_has_its_first_words_for_a_title(mail: bytes, title: str) -> None:
    assert alert_in(mail).title == title


@pytest.mark.parametrize("mail", [b"", b"\r\n\r\n", b"\x00\x00", b" \r\n"])
async def test_a_mail_that_says_nothing_is_a_dead_letter(
    client: AsyncClient, dependencies: Dependencies, mail: bytes
) -> None:
    url = await door_for(client, dependencies, SOURCE.name)
    answer = await client.post(url, content=mail)
    assert answer.status_code == 400, answer.text
    assert isinstance(dependencies.dead_letters, KeptLetters)
    assert [one.source for one in dependencies.dead_letters.kept] == ["email"]
    after = await client.post(url, content=mail_of("nagios-problem"))
    assert after.json()["outcome"] == "opened"


@pytest.mark.parametrize(
    "mail",
    [
        nested(40),
        nested(5_000),
        b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\n" * 60_000,
        b"Subject: x\r\n" + b"A: b\r\n" * 90_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 40_000,
        b"Subject: x" + b"\r\n y" * 150_000,
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>" * 35_000,
        b"Content-Type: text/html\r\n\r\n" + b"<!--" * 130_000,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QQ==\r\n" * 90_000,
        b"Content-Type: text/plain; charset=idna\r\n\r\n" + b"xn--a." * 90_000,
        b"Subject: [FIRING] " + b"(" * 100_000,
        b"Subject: a is " + b"a is " * 100_000,
        b"\r\n" * 250_000,
        b"Subject: x\r\n\r\n" + b"[key:" * 100_000,
        b"Subject: x\r\n\r\n" + b"a" * 10 * MEGABYTE,
    ],
    ids=[str(number) for number in range(16)],
)
def test_no_mail_takes_long_to_read(mail: bytes) -> None:
    began = time.thread_time()
    with suppress(BodyMalformed):
        heard(mail)
    assert time.thread_time() - began < 2


def test_a_mail_of_a_thousand_parts_is_read_in_its_first() -> None:
    mail = EmailMessage()
    mail["Subject"] = "disk"
    mail.set_content("text of it")
    for number in range(40):
        mail.add_attachment(b"x" * 1000, maintype="image", subtype="png", filename=f"{number}.png")
    assert alert_in(bytes(mail)).annotations["description"] == "text of it"


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(BodyMalformed):
        heard(raw)


@given(
    st.sampled_from(["cron", "nagios-problem", "zabbix-problem", "alertmanager-firing"]),
    st.lists(st.tuples(st.integers(0, 12_000), st.binary(max_size=20)), min_size=1, max_size=6),
)
def test_a_mail_with_some_of_its_bytes_replaced_is_read_or_refused(
    name: str, changes: list[tuple[int, bytes]]
) -> None:
    raw = bytearray(mail_of(name))
    for place, other in changes:
        raw[place : place + len(other)] = other
    with suppress(BodyMalformed):
        heard(bytes(raw))


def test_two_mails_without_an_id_are_two_alerts() -> None:
    keys = [alert_in(written("Subject: x", text=str(number))).dedup_key for number in range(3)]
    assert all(one != other for one, other in pairwise(keys))
