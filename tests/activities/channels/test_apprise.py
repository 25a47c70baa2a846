"""Pages by Apprise: what a service gets, what may be reached, and the truth about how it ended."""

import asyncio
import re
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from pydantic import ValidationError

from activities.delivery.faults import DeliveryDeferred, DeliveryRefused, OutcomeUnknown
from activities.delivery.outbound import Outbound
from activities.integrations.apprise.process import PASSED_ON, Report, environment
from activities.integrations.apprise.provider import (
    AppriseContact,
    AppriseProvider,
    require_taken,
    said_of,
)
from activities.integrations.apprise.services import services
from events.configuration.responder import ContactMethod
from events.values.severity import Severity
from tests.activities.channels.failures import (
    Failure,
    every_failure,
    port_of_nobody,
    require_told,
    require_unreachable,
)
from tests.activities.sample import MESSAGE, PAGE_TEXT, message
from tests.fakes.receiver import Misbehaviour, Receiver, Reply, Request, receiver

PRIVATE, PUBLIC = Outbound(allow_private=True), Outbound()
PATIENT = timedelta(seconds=15)  # a process starts slowly on a busy machine


def sender(outbound: Outbound = PRIVATE, deadline: timedelta = PATIENT) -> AppriseProvider:
    return AppriseProvider(outbound, deadline=deadline)


def at(url: str) -> ContactMethod:
    return ContactMethod(channel="apprise", address=url)


def json_service(there: Receiver, query: str = "") -> ContactMethod:
    return at(f"json://127.0.0.1:{there.port}/hook{query}")


async def test_a_service_gets_the_page_and_the_link_that_acknowledges() -> None:
    async with receiver() as there:
        await sender().send(MESSAGE, json_service(there))
        [request] = there.requests
    assert request.json["title"] == "SEV1 INC-1042: Checkout is down"
    assert request.json["message"].startswith(f"Acknowledge: {PAGE_TEXT.ack_url}\n\nPayments")
    assert request.json["type"] == "failure"


@pytest.mark.parametrize(
    ("severity", "kind"),
    [(Severity.SEV1, "failure"), (None, "failure"), (Severity.SEV3, "warning")],
)
def test_the_worse_it_is_the_redder_it_is(severity: Severity | None, kind: str) -> None:
    assert said_of(message(severity=severity))["type"] == kind


@every_failure
async def test_every_failure_of_a_service_has_its_name(failure: Failure) -> None:
    async with receiver(failure.behaviour) as there:
        await require_told(failure, sender(), json_service(there, "?rto=0.5"))


async def test_a_service_that_is_not_there_took_nothing() -> None:
    await require_unreachable(sender(), at(f"json://127.0.0.1:{await port_of_nobody()}"))


async def test_what_hangs_longer_than_it_may_is_ended() -> None:
    async with receiver(Misbehaviour.HANG) as there:
        slow = json_service(there, "?rto=600")
        with pytest.raises(OutcomeUnknown, match="timeout"):
            await sender(deadline=timedelta(seconds=4)).send(MESSAGE, slow)


async def test_apprise_does_not_try_again_by_itself_and_no_failure_is_optional() -> None:
    async with receiver(Reply(status=500)) as there:
        with pytest.raises(OutcomeUnknown):
            await sender().send(MESSAGE, json_service(there, "?retry=3&optional=yes"))
        assert len(there.requests) == 1


async def test_nothing_private_is_called_whatever_the_url_says() -> None:
    async with receiver() as there:
        for host in ("127.0.0.1", "localhost", "[::1]", "127.1", "[::ffff:127.0.0.1]"):
            with pytest.raises(DeliveryRefused, match=r"address_(blocked|invalid)"):
                await sender(PUBLIC).send(MESSAGE, at(f"jsons://{host}:{there.port}/"))
        with pytest.raises(DeliveryRefused, match="address_invalid"):
            await sender(PUBLIC).send(MESSAGE, at(f"json://127.0.0.1:{there.port}/"))
        assert not there.requests
    with pytest.raises(DeliveryRefused, match="address_blocked"):
        await sender().send(MESSAGE, at("json://169.254.169.254/latest/meta-data"))


async def test_a_redirect_leads_nowhere() -> None:
    async with receiver() as inside:
        there_in = {"location": inside.url}
        async with receiver(Reply(status=307, headers=there_in)) as there:
            with pytest.raises(DeliveryRefused, match="http_307"):
                await sender().send(MESSAGE, json_service(there))
        assert not inside.requests


async def test_a_template_is_not_a_way_to_read_our_files() -> None:
    workflow = "workflow://host:80/workflow1/signature1?template=/etc/passwd"
    with pytest.raises(DeliveryRefused):
        await sender().send(MESSAGE, at(workflow))


def test_the_process_knows_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_LINK_KEY", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://10.0.0.1")
    assert set(environment()) <= {"PYTHONPATH", "LANG", *PASSED_ON}


@pytest.mark.parametrize(
    "url",
    [
        "syslog://localhost",
        "dbus://",
        "gnome://",
        "macosx://",
        "windows://",
        "mailto://user:password@example.org",
        "mqtts://example.org/topic",
        "fcm://project/token?keyfile=/etc/passwd",
        "vapid://user@example.org",
        "file:///etc/passwd",
        "exec://touch",
        "json",
        "://",
        "discord:// x",
    ],
)
def test_what_runs_programs_or_speaks_anything_but_https_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        AppriseContact.model_validate({"channel": "apprise", "address": url})


def test_a_url_that_apprise_does_not_understand_is_found_when_it_is_written_down() -> None:
    sender(PUBLIC).require_reachable(at("discord://" + "1" * 24 + "/" + "a" * 64))
    with pytest.raises(DeliveryRefused, match="address_invalid"):
        sender(PUBLIC).require_reachable(at("discord://no-token"))
    with pytest.raises(DeliveryRefused, match="address_invalid"):
        sender(PUBLIC).require_reachable(at("json://example.org"))


def test_a_service_that_says_no_with_a_success_is_one_that_says_no() -> None:
    refused = Report(known=True, answers=({"status": 200, "retry_after": None},))
    with pytest.raises(DeliveryRefused, match="service_refused"):
        require_taken(refused)


def test_who_was_reached_before_the_trouble_may_have_had_the_page() -> None:
    first = {"status": 200, "retry_after": None}
    busy = {"status": 429, "retry_after": "7"}
    with pytest.raises(DeliveryDeferred) as caught:
        require_taken(Report(known=True, answers=(first, busy)))
    assert caught.value.retry_after == timedelta(seconds=7)
    assert not caught.value.nothing_sent
    with pytest.raises(OutcomeUnknown):
        require_taken(Report(known=True, answers=(first,), trouble="connect"))


async def test_an_attempt_that_is_given_up_leaves_no_process() -> None:
    async with receiver(Misbehaviour.HANG) as there:
        arrived = asyncio.Event()

        def taking(_: Request) -> Reply:
            arrived.set()
            return Reply()

        there.vendor = taking
        sending = asyncio.create_task(sender().send(MESSAGE, json_service(there, "?rto=600")))
        await arrived.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


def test_every_service_that_is_written_down_is_one_of_apprise() -> None:
    """Without loading them: each is a file of Apprise that names its class and its schemes."""
    for service in services().values():
        spec = find_spec(f"apprise.plugins.{service.module}")
        assert spec, service
        assert spec.origin
        source = Path(spec.origin).read_text(encoding="utf-8")
        assert f"class {service.class_name}(" in source, service
        assert re.search(rf"['\"]{re.escape(service.scheme)}['\"]", source), service
