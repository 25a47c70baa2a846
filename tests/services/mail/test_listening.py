"""The mail process listens as it is set: with TLS, for its relays, until it is stopped."""

import asyncio
import os
import ssl
import subprocess
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
import trustme

from events.errors import LogUnavailable
from events.log.liveness.pulses import seconds_since_mail_pulse
from services.api.dependencies import Dependencies
from services.mail import conversation
from services.mail.__main__ import pulsing
from services.mail.listening import Certificate, SettingWrong, greets, listening, relays_in
from tests.eventually import eventually
from tests.services.api.intake.monitor import story_of
from tests.services.api.intake.sources.email.mails import mail_of
from tests.services.mail.conftest import Post, post_with


def issued_by(authority: trustme.CA, file: Path) -> None:
    authority.issue_cert("in.example.org").private_key_and_cert_chain_pem.write_to_path(file)


def with_settings(dependencies: Dependencies, **changes: Any) -> Dependencies:
    return replace(dependencies, settings=dependencies.settings.model_copy(update=changes))


@pytest.mark.stack
async def test_a_mail_comes_over_tls_also_after_the_certificate_was_renewed(
    post: Post, tmp_path: Path
) -> None:
    file = tmp_path / "mail.pem"
    authorities = [trustme.CA(), trustme.CA()]
    issued_by(authorities[0], file)
    encrypted = with_settings(post.dependencies, mail_certificate=file)
    async with post_with(encrypted, post.mailbox) as box:
        for number, authority in enumerate(authorities):
            issued_by(authority, file)
            os.utime(file, (number, number))  # whatever the clock of the disk counts in
            context = ssl.create_default_context()
            authority.configure_trust(context)
            context.check_hostname = False
            client = aiosmtplib.SMTP(
                hostname="127.0.0.1", port=box.port, start_tls=True, tls_context=context, timeout=20
            )
            async with client:
                assert not client.supports_extension("auth")
                await client.sendmail("a@example.org", [box.mailbox.address], mail_of("cron"))
    assert len((await story_of(post.dependencies.log)).incidents) == 1


@pytest.mark.stack
async def test_the_command_of_our_page_pages_with_curl(post: Post) -> None:
    command = [
        *("curl", "--silent", "--show-error", "--url", f"smtp://127.0.0.1:{post.port}"),
        *("--mail-from", "me@example.org", "--mail-rcpt", post.mailbox.address, "-T", "-"),
    ]
    mail = b"Subject: CRITICAL: disk of db-1 is full\n\n97 %\n"
    await asyncio.to_thread(subprocess.run, command, input=mail, check=True, timeout=30)
    (incident,) = (await story_of(post.dependencies.log)).incidents
    assert incident.title == "CRITICAL: disk of db-1 is full"


@pytest.mark.stack
async def test_a_stop_waits_for_the_mail_that_is_being_taken(
    dependencies: Dependencies, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on = asyncio.Event(), asyncio.Event()
    keep = dependencies.arrivals.keep

    async def slow(message: Any) -> None:
        began.set()
        await go_on.wait()
        await keep(message)

    monkeypatch.setattr(dependencies.arrivals, "keep", slow)
    block = listening(dependencies)
    port = await block.__aenter__()
    sending = asyncio.create_task(replace(post, port=port).send(mail_of("cron")))
    await began.wait()
    stopping = asyncio.create_task(block.__aexit__(None, None, None))
    go_on.set()
    code, _ = await sending
    await stopping
    assert code == 250


@pytest.mark.parametrize("setting", ["", "10.0.0.0/8", "10.0.0.0/8, ::1/128"])
def test_relays_are_named_by_their_networks(setting: str) -> None:
    named = [one.strip() for one in setting.split(",") if one]
    assert relays_in(setting) == tuple(map(ip_network, named))


def test_a_setting_that_names_no_network_says_what_to_write() -> None:
    with pytest.raises(SettingWrong, match="Write networks"):
        relays_in("mx.example.org")


def test_a_certificate_that_was_never_there_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingWrong, match="TOCSIN_MAIL_CERTIFICATE"):
        Certificate(tmp_path / "none.pem", None).context()


def test_a_certificate_that_is_half_written_leaves_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "mail.pem"
    issued_by(trustme.CA(), file)
    certificate = Certificate(file, None)
    context = certificate.context()
    file.write_text("-----BEGIN")
    os.utime(file, (1, 1))
    assert certificate.context() is context


@pytest.mark.stack
async def test_it_says_that_it_takes_mail_only_while_a_client_would_be_greeted(
    post: Post, refusing_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = post.dependencies.database
    async with pulsing(database, "0.0.0.0", post.port):
        await eventually("a pulse", lambda: seconds_since_mail_pulse(database))
    with pytest.raises(LogUnavailable, match="does not answer"):
        await greets("127.0.0.1", refusing_port)
    monkeypatch.setattr(conversation, "SESSIONS", 0)
    with pytest.raises(LogUnavailable, match="421"):
        await greets("127.0.0.1", post.port)
