"""Mails come in by SMTP and LMTP, and are kept before they are answered; Temporal is down."""

import asyncio
import json
import smtplib
from dataclasses import replace
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import asyncpg
import pytest

from activities.integrations.email.render import mail_for
from events.log.database import Database
from events.log.intake.arrivals import PostgresArrivals
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.service.alert_handling import STORM_ABOVE
from services.api.intake.keeping.envelope import opened
from services.api.intake.keeping.sweep import Sweep
from services.api.intake.sources.email.source import MOST_BYTES
from tests.activities.sample import MESSAGE
from tests.keys import keyring
from tests.services.api.intake.monitor import story_of
from tests.services.api.intake.sources.email.mails import mail_of, written
from tests.services.mail.conftest import (
    Post,
    demand_signatures,
    mailbox_in,
    post_with,
    revoke,
    said,
)

pytestmark = pytest.mark.stack

PROBLEM, RECOVERY = mail_of("nagios-problem"), mail_of("nagios-recovery")


async def kept_body(post: Post, number: int = -1) -> tuple[str, dict[str, str]]:
    """The text and the headers that are kept of a mail."""
    arrival = (await post.arrivals())[number]
    found = await post.dependencies.arrivals.find(arrival.arrival_id)
    assert found
    assert found[1]
    envelope = opened(found[1])
    return envelope.body.decode(), envelope.headers


async def test_a_problem_pages_and_its_recovery_ends_it(post: Post) -> None:
    code, words = await post.send(PROBLEM)
    assert (code, words[:14]) == (250, "2.0.0 Taken as")
    assert (await post.send(PROBLEM))[0] == 250  # once more: a server that heard no answer
    story = await story_of(post.dependencies.log)
    assert [one.title for one in story.incidents] == ["db-1/Disk /var is CRITICAL"]
    assert (await post.send(RECOVERY))[0] == 250
    assert (await story_of(post.dependencies.log)).open_alerts == {}
    outcomes = [one.outcome for one in await post.arrivals()]
    assert outcomes == ["opened", "unchanged", "unchanged"]


async def test_python_s_own_client_sends_a_mail(post: Post) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ada@example.org", post.mailbox.address, "Café"
    mail.set_content("Größe: 97 %")

    def send() -> dict[str, Any]:
        with smtplib.SMTP("127.0.0.1", post.port, timeout=20) as client:
            return client.send_message(mail)

    assert await asyncio.to_thread(send) == {}
    assert [one.title for one in (await story_of(post.dependencies.log)).incidents] == ["Café"]


async def test_each_recipient_of_lmtp_has_a_reply_of_its_own(post: Post) -> None:
    other = await mailbox_in(post.dependencies.log)
    lines = [
        b"LHLO mx.example.org\r\n",
        b"MAIL FROM:<nagios@example.org> SIZE=100\r\n",
        b"RCPT TO:<%b>\r\n" % post.mailbox.address.encode(),
        b"RCPT TO:<nobody@in.example.org>\r\n",
        b"RCPT TO:<%b>\r\n" % other.address.encode(),
        b"DATA\r\n",
        b"Subject: disk\r\n\r\nfull\r\n.\r\n",
        b"",  # the second reply
        b"QUIT\r\n",
    ]
    answers = await said(post.port, *lines)
    assert [one[:3] for one in answers] == [
        "220",
        *["250"] * 3,
        "550",
        "250",
        "354",
        *["250"] * 2,
        "221",
    ]
    assert len((await story_of(post.dependencies.log)).incidents) == 2


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("nobody@in.example.org", 550),
        ("postmaster@in.example.org", 550),
        ("tocsin-abc-aaaaaaaaaaaaaaaaaaaaaaaaaa@in.example.org", 550),
        ("ada@elsewhere.example.org", 550),
        ("ada", 550),
    ],
)
async def test_an_address_of_nobody_is_refused_for_good(
    post: Post, address: str, code: int
) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientRefused) as refused:
        await post.send(PROBLEM, address)
    assert refused.value.code == code
    assert await post.arrivals() == []


async def test_an_address_ends_with_its_key_and_leaves_no_way_around_signatures(
    post: Post,
) -> None:
    for end, words in ((demand_signatures, "signed messages only"), (revoke, "was revoked")):
        await end(post.dependencies.log, post.mailbox)
        with pytest.raises(aiosmtplib.SMTPRecipientRefused, match=words):
            await post.send(PROBLEM)


async def test_an_address_may_be_written_in_capitals_and_with_a_plus(post: Post) -> None:
    local, _, domain = post.mailbox.plus("Backup").rpartition("@")
    await post.send(written("Subject: late"), f"{local.upper()}@{domain.upper()}")
    story = await story_of(post.dependencies.log)
    assert [one.dedup_key for one in story.events if one.type == "alert.triggered"] == ["BACKUP"]


async def test_an_address_is_a_key_and_blacked_out_where_mails_are_kept(post: Post) -> None:
    to = f"To: <{post.mailbox.plus('x')}>"
    await post.send(written(to, "Subject: x", text="password=hunter22"), post.mailbox.plus("x"))
    body, headers = await kept_body(post)
    token = post.mailbox.address.rpartition("@")[0].rpartition("-")[2]
    assert token not in body
    assert "hunter22" not in body
    assert headers == {
        "mail-from": "nagios@mon-1.example.org",
        "client": "127.0.0.1",
        "helo": "mon-1.example.org",
        "vouching-results": "in.example.org; dkim=none; spf=none",
        "vouched-by": "",
    }


async def test_a_bounce_is_taken_and_kept_and_pages_nobody(post: Post) -> None:
    assert (await post.send(written("Subject: CRITICAL: undelivered"), mail_from=""))[0] == 250
    (bounce,) = await post.arrivals()
    assert (bounce.outcome, bounce.reason) == (
        "unchanged",
        "It is a bounce, or a receipt: its sender takes no answer.",
    )
    assert (await story_of(post.dependencies.log)).incidents == []


async def test_a_page_that_is_mailed_to_an_integration_does_not_page_for_itself(post: Post) -> None:
    recipient = Address(addr_spec=post.mailbox.address)
    page = mail_for(MESSAGE, sender=Address(addr_spec="tocsin@example.org"), recipient=recipient)
    assert (await post.send(bytes(page)))[0] == 250
    (arrival,) = await post.arrivals()
    assert (arrival.outcome, (arrival.reason or "")[:24]) == (
        "unchanged",
        "It is a mail of Tocsin: ",
    )
    assert (await story_of(post.dependencies.log)).incidents == []


async def test_a_mail_that_is_too_big_is_refused_before_and_while_it_comes(post: Post) -> None:
    announced = await said(
        post.port, b"EHLO x\r\n", b"MAIL FROM:<a@example.org> SIZE=%d\r\n" % (MOST_BYTES + 1)
    )
    assert announced[-1].startswith("552")
    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await post.send(written("Subject: x") + (b"x" * 998 + b"\r\n") * 11_000)
    assert refused.value.code == 552
    assert (await post.send(PROBLEM))[0] == 250


async def test_a_line_that_is_longer_than_smtp_allows_is_a_page_all_the_same(post: Post) -> None:
    assert (await post.send(written("Subject: x", text="y" * 200_000)))[0] == 250
    assert len((await story_of(post.dependencies.log)).incidents) == 1


async def test_an_empty_mail_is_a_dead_letter_and_the_next_is_taken(post: Post) -> None:
    with pytest.raises(aiosmtplib.SMTPDataError, match="kept as a dead letter"):
        await post.send(b"\r\n")
    assert (await post.send(PROBLEM))[0] == 250
    assert [one.outcome for one in await post.arrivals()] == ["unreadable", "opened"]


async def test_a_mail_in_a_circle_is_ended(post: Post) -> None:
    with pytest.raises(aiosmtplib.SMTPDataError, match="circles"):
        await post.send(b"Received: from a by b\r\n" * 60 + PROBLEM)


async def test_a_mail_comes_again_while_the_database_is_away(
    post: Post, refusing_port: int
) -> None:
    gone = Database(
        asyncpg.create_pool(f"postgresql://tocsin@127.0.0.1:{refusing_port}/tocsin", min_size=0)
    )
    away = replace(
        post.dependencies,
        log=PostgresLog("postgresql://nowhere", gone, "sync", keyring()),
        arrivals=PostgresArrivals(gone, keyring()),
        inbox=PostgresInbox(gone),
    )
    async with post_with(away, post.mailbox) as broken:
        with pytest.raises(aiosmtplib.SMTPRecipientRefused) as refused:
            await broken.send(PROBLEM)
    assert refused.value.code == 451
    half = replace(post.dependencies, arrivals=PostgresArrivals(gone, keyring()))
    async with post_with(half, post.mailbox) as broken:
        with pytest.raises(aiosmtplib.SMTPDataError) as put_off:
            await broken.send(PROBLEM)
    assert put_off.value.code == 451
    assert (await post.send(PROBLEM))[0] == 250
    assert len((await story_of(post.dependencies.log)).incidents) == 1


async def test_a_mail_that_was_kept_and_left_over_is_taken_by_the_sweep(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    with monkeypatch.context() as patched:
        patched.setattr("services.api.intake.alert_source.take_parts", broken)
        with pytest.raises(aiosmtplib.SMTPDataError) as put_off:
            await post.send(PROBLEM)
    assert put_off.value.code == 451
    (left,) = await post.arrivals()
    assert left.outcome is None
    assert await Sweep(post.dependencies, timedelta()).step() == 1
    assert (await post.send(PROBLEM))[0] == 250  # as its server does
    assert len((await story_of(post.dependencies.log)).incidents) == 1


async def test_clients_that_say_nonsense_are_answered_and_the_next_is_served(post: Post) -> None:
    lines = (
        b"EHLO \xff\xfe\r\n",
        b"MAIL FROM:<\r\n",
        b"RCPT TO:<>\r\n",
        b"MAIL FROM:<a@example.org>\r\n",
        b'RCPT TO:<"\\\r\n',
        b"RCPT TO:<" + b"a" * 400 + b"@in.example.org>\r\n",
        b"XFORWARD ADDR=192.0.2.7\r\n",
        b"AUTH PLAIN AGEAYg==\r\n",
        b"DATA\r\n",
        b"\x00\x01\x02\r\n",
    )
    answers = await said(post.port, *lines)
    assert all(one[:1] in "245" for one in answers), answers
    assert (await post.send(PROBLEM))[0] == 250


async def test_a_client_that_leaves_half_way_has_sent_nothing(post: Post) -> None:
    lines = [
        b"EHLO x\r\n",
        b"MAIL FROM:<a@example.org>\r\n",
        b"RCPT TO:<%b>\r\n" % post.mailbox.address.encode(),
        b"DATA\r\n",
    ]
    await said(post.port, *lines)
    assert await post.arrivals() == []
    assert (await post.send(PROBLEM))[0] == 250


async def test_no_log_has_an_address_which_is_a_key(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        await post.send(PROBLEM)
    assert post.mailbox.address not in caplog.text


async def test_a_relay_says_whose_mail_it_brings_and_nobody_else_does(
    post: Post, careful: Post
) -> None:
    for box, code in ((post, "250"), (careful, "550")):
        lines = [
            b"LHLO mx.example.org\r\n",
            b"XFORWARD NAME=mon-1 ADDR=192.0.2.7 PROTO=ESMTP HELO=mon-1.example.org\r\n",
            b"MAIL FROM:<nagios@example.org>\r\n",
            b"RCPT TO:<%b>\r\n" % box.mailbox.address.encode(),
            b"DATA\r\n",
            b"Subject: disk\r\n\r\nfull\r\n.\r\n",
        ]
        answers = await said(box.port, *lines)
        assert answers[2][:3] == code
        assert answers[-1][:3] == "250"
    assert (await kept_body(post))[1]["client"] == "192.0.2.7"
    assert (await kept_body(careful))[1]["client"] == "127.0.0.1"


async def test_one_client_cannot_have_every_connection(careful: Post) -> None:
    lines = [await asyncio.open_connection("127.0.0.1", careful.port) for _ in range(31)]
    greetings = [(await reader.readline()).decode() for reader, _ in lines]
    assert [one[:3] for one in greetings] == ["220"] * 30 + ["421"]
    for _, writer in lines:
        writer.close()


async def test_fifty_mails_at_once_are_all_answered_and_are_an_alert_each(post: Post) -> None:
    mails = [written(f"Subject: job {number}", f"Message-ID: <{number}@x>") for number in range(50)]
    replies = await asyncio.gather(*(post.send(one) for one in mails))
    assert {code for code, _ in replies} == {250}
    story = await story_of(post.dependencies.log)
    assert story.types.count("alert.triggered") == 50
    assert len(story.incidents) == STORM_ABOVE + 1  # the last one takes what is beyond


async def test_what_became_of_a_mail_is_there_for_the_event_debugger(post: Post) -> None:
    await post.send(PROBLEM)
    (arrival,) = await post.arrivals()
    assert (arrival.source, arrival.size) == ("email", len(PROBLEM.replace(b"\n", b"\r\n")))
    assert json.loads(arrival.detail or "{}")["alerts_read"] == 1
