"""Pages as e-mail: what arrives, to whom, and what the mail server's answers lead to."""

from datetime import timedelta
from email.message import EmailMessage
from typing import cast

import pytest
from pydantic import SecretStr

from activities.delivery.faults import (
    DeliveryDeferred,
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
    ProviderUnreachable,
)
from activities.delivery.outbound import Outbound
from activities.integrations.email.provider import EmailProvider, SmtpServer
from tests.activities.sample import MESSAGE, PAGE_TEXT, email, message
from tests.fakes.mail_server import MailServer, mail_server

NOT_ONE_ADDRESS = (
    "",
    "anna",
    "@example.org",
    "anna@",
    "a@example.org, b@example.org",
    "a@example.org,b@example.org",
    "a@example.org;b@example.org",
    "Anna <a@example.org>",
    "<a@example.org>",
    "a@example.org\r\nBcc: evil@example.org",
    "a@example.org\nDATA",
    "a@example.org\x00",
    "a@example.org ",
    "a@exa mple.org",
    "a@(comment)example.org",
    "group: a@example.org;",
    "ä@example.org",
    "a" * 250 + "@example.org",
    "\ud800@example.org",
)


def sender(port: int, **changes: object) -> EmailProvider:
    told = {f"smtp_{name}": value for name, value in changes.items()}
    server = SmtpServer(
        smtp_host="127.0.0.1",
        smtp_port=port,
        mail_from="tocsin@example.org",
        **told,  # type: ignore[arg-type]
    )
    return EmailProvider(Outbound(), server, deadline=timedelta(seconds=2))


async def fault_of(fake: MailServer) -> DeliveryFault:
    async with mail_server(fake):
        with pytest.raises(DeliveryFault) as caught:
            await sender(fake.port).send(MESSAGE, email())
        return caught.value


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return cast("str", cast("EmailMessage", body).get_content())


async def test_the_mail_says_what_is_wrong_and_how_to_answer() -> None:
    async with mail_server() as there:
        assert await sender(there.port).send(MESSAGE, email()) == "4F0A1B"
        mail = there.mails[-1]
        assert there.recipients == [["anna@example.org"]]
        assert mail["Subject"] == "SEV1 INC-1042: Checkout is down"
        assert mail["From"] == "Tocsin <tocsin@example.org>"
        assert mail["Message-ID"] == f"<{MESSAGE.delivery_id}@example.org>"
        assert mail["Auto-Submitted"] == "auto-generated"
        for kind in ("plain", "html"):
            for words in (
                str(PAGE_TEXT.ack_url),
                PAGE_TEXT.title,
                PAGE_TEXT.summary,
                PAGE_TEXT.next_step,
            ):
                assert words in part(mail, kind)


async def test_a_repeat_has_the_same_message_id_and_says_that_it_may_be_one() -> None:
    async with mail_server(MailServer(cut_in="data")) as there:
        with pytest.raises(OutcomeUnknown):
            await sender(there.port).send(MESSAGE, email())
        there.cut_in = None
        await sender(there.port).send(message(possible_repeat=True), email())
        first, second = there.mails
        assert first["Message-ID"] == second["Message-ID"]
        assert "repeat" not in first["Subject"]
        assert second["Subject"] == "SEV1 INC-1042 (possible repeat): Checkout is down"


@pytest.mark.parametrize("address", NOT_ONE_ADDRESS)
async def test_a_mail_goes_to_exactly_one_address_or_to_none(address: str) -> None:
    async with mail_server() as there:
        with pytest.raises(DeliveryRefused, match="address_invalid"):
            await sender(there.port).send(MESSAGE, email(address))
        assert not there.mails


@pytest.mark.parametrize("address", ["a@example.org", "on-call+x@corp.local", "root@localhost"])
async def test_ordinary_addresses_are_taken(address: str) -> None:
    async with mail_server() as there:
        await sender(there.port).send(MESSAGE, email(address))
        assert there.recipients == [[address]]


async def test_markup_in_a_title_stays_text() -> None:
    hostile = message(title='<img src=x onerror="alert(1)"> $ack_url & "', summary="</p><script>")
    async with mail_server() as there:
        await sender(there.port).send(hostile, email())
        html = part(there.mails[-1], "html")
        assert "<img" not in html
        assert "<script" not in html
        assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; $ack_url &amp; &quot;" in html


async def test_a_dot_alone_on_a_line_does_not_end_the_mail() -> None:
    async with mail_server() as there:
        await sender(there.port).send(message(summary="one\n.\ntwo"), email())
        assert "one\n.\ntwo" in part(there.mails[-1], "plain").replace("\r\n", "\n")


async def test_a_title_in_any_script_arrives() -> None:
    async with mail_server() as there:
        await sender(there.port).send(message(title="Kasse fällt aus 🔥 停止"), email())
        assert there.mails[-1]["Subject"] == "SEV1 INC-1042: Kasse fällt aus 🔥 停止"


@pytest.mark.parametrize(
    ("fake", "fault", "nothing_sent"),
    [
        (MailServer(rcpt="550 5.1.1 no such user anna@example.org"), DeliveryRefused, True),
        (MailServer(rcpt="451 4.7.1 greylisted"), DeliveryDeferred, True),
        (MailServer(data="554 5.6.0 no"), DeliveryRefused, True),
        (MailServer(data="452 4.3.1 full"), DeliveryDeferred, True),
        (MailServer(hang_in="connect"), ProviderUnreachable, True),
        (MailServer(cut_in="connect"), ProviderUnreachable, True),
        (MailServer(hang_in="rcpt"), ProviderUnreachable, True),
        (MailServer(cut_in="rcpt"), ProviderUnreachable, True),
        (MailServer(hang_in="data"), OutcomeUnknown, False),
        (MailServer(cut_in="data"), OutcomeUnknown, False),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_every_failure_of_the_mail_server_has_its_name(
    fake: MailServer, fault: type[DeliveryFault], *, nothing_sent: bool
) -> None:
    caught = await fault_of(fake)
    assert type(caught) is fault
    assert caught.nothing_sent is nothing_sent
    assert "anna" not in str(caught)


async def test_a_mail_server_that_is_not_there_took_nothing() -> None:
    async with mail_server() as there:
        port = there.port
    with pytest.raises(ProviderUnreachable):
        await sender(port).send(MESSAGE, email())


async def test_starttls_is_required_where_it_is_asked_for() -> None:
    async with mail_server() as there:
        with pytest.raises(ProviderUnreachable):
            await sender(there.port, starttls=True).send(MESSAGE, email())
        assert not there.mails


async def test_a_login_that_fails_is_tried_again_for_the_operator_may_mend_it() -> None:
    async with mail_server() as there:
        login = sender(there.port, username="tocsin", password=SecretStr("hunter22"))
        with pytest.raises(ProviderUnreachable) as caught:
            await login.send(MESSAGE, email())
        assert "hunter22" not in str(caught.value)
