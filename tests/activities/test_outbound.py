"""Calls to receivers that somebody else has chosen: where they may go, and how they end."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.delivery.allowed_addresses import is_allowed
from activities.delivery.faults import (
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
    ProviderUnreachable,
)
from activities.delivery.outbound import DEADLINE, LONGEST_ANSWER, Answer, Outbound, called_at
from tests.fakes.receiver import Misbehaviour, Reply, receiver

TRICKS = (
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://127.1/",
    "https://0/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[fec0::1]/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://[ff02::1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://100.64.0.1/",
    "https://192.168.1.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://localhost/",
)
MALFORMED = (
    "http://example.com/",  # in clear
    "https://user:password@example.com/",
    "https://example.com\\@127.0.0.1/",  # one host to some parsers, another one to others
    "https://0177.0.0.1/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "https://",
    "https:///path",
    "//example.com",
    "",
    "https://exa\u0000mple.com/",
    "https://example.com:99999/",
    "https://" + "a" * 300 + ".example/",
    "\ud800",
)


async def post(outbound: Outbound, url: str) -> Answer:
    return await outbound.post(url, headers={"title": "x"}, body=b"{}")


def local(deadline: timedelta = DEADLINE) -> Outbound:
    return Outbound(allow_private=True, deadline=deadline)


@pytest.mark.parametrize("url", TRICKS)
async def test_no_spelling_of_a_private_address_is_called(url: str) -> None:
    with pytest.raises(DeliveryRefused, match="address_blocked"):
        await post(Outbound(), url)


@pytest.mark.parametrize("url", MALFORMED)
async def test_an_address_that_is_not_an_https_url_is_refused_without_a_call(url: str) -> None:
    with pytest.raises(DeliveryRefused):
        await post(Outbound(), url)


async def test_a_name_that_leads_to_a_private_address_is_not_called() -> None:
    async def rebound(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    with pytest.raises(DeliveryRefused, match="address_blocked"):
        await post(Outbound(resolve=rebound), "https://innocent.example/")


async def test_one_private_address_among_public_ones_forbids_the_name() -> None:
    async def mixed(host: str, port: int) -> Sequence[str]:
        return ["93.184.215.14", "10.0.0.8"]

    with pytest.raises(DeliveryRefused, match="address_blocked"):
        await post(Outbound(resolve=mixed), "https://innocent.example/")


async def test_the_name_is_looked_up_again_for_every_call() -> None:
    async with receiver() as there:
        answers = [["127.0.0.1"], ["169.254.169.254"]]

        async def rebinding(host: str, port: int) -> Sequence[str]:
            return answers.pop(0)

        outbound = Outbound(allow_private=True, resolve=rebinding)
        url = f"http://innocent.example:{there.port}/"
        assert (await post(outbound, url)).status == 200
        with pytest.raises(DeliveryRefused, match="address_blocked"):
            await post(outbound, url)
        assert there.last.headers["host"] == f"innocent.example:{there.port}"


async def test_the_metadata_service_stays_out_of_reach_where_private_receivers_are_allowed() -> (
    None
):
    with pytest.raises(DeliveryRefused, match="address_blocked"):
        await post(local(), "http://169.254.169.254/")


@pytest.mark.parametrize("port", [0, 22, 25, 445, 1023])
async def test_ports_of_other_protocols_are_not_called(port: int) -> None:
    with pytest.raises(DeliveryRefused, match="port_blocked"):
        await post(Outbound(), f"https://example.com:{port}/")


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(address, allow_private=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "fd00::1", "::ffff:10.0.0.1"])
def test_an_operator_may_allow_private_receivers(address: str) -> None:
    assert not is_allowed(address, allow_private=False)
    assert is_allowed(address, allow_private=True)


async def test_a_redirect_is_not_followed() -> None:
    async with (
        receiver() as elsewhere,
        receiver(Reply(status=302, headers={"location": elsewhere.url})) as there,
    ):
        assert (await post(local(), there.url)).status == 302
        assert not elsewhere.requests


async def test_a_value_with_a_line_break_never_becomes_a_header() -> None:
    async with receiver() as there:
        for value in ("a\r\nx-evil: 1", "a\nb", "a\x00b", "ü"):
            with pytest.raises(DeliveryRefused, match="header_invalid"):
                await local().post(there.url, headers={"title": value}, body=b"")
        assert not there.requests


async def test_an_endless_answer_is_cut() -> None:
    async with receiver(Reply(body=b"x" * 5_000_000)) as there:
        assert len((await post(local(), there.url)).body) == LONGEST_ANSWER


async def test_a_status_counts_also_when_the_answer_breaks_off_behind_it() -> None:
    async with receiver(Reply(body=b"{", cut_body=True)) as there:
        assert (await post(local(), there.url)).status == 200


@pytest.mark.parametrize("misbehaviour", [Misbehaviour.HANG, Misbehaviour.CUT])
async def test_silence_after_the_request_leaves_the_outcome_unknown(
    misbehaviour: Misbehaviour,
) -> None:
    async with receiver(misbehaviour) as there:
        with pytest.raises(OutcomeUnknown) as caught:
            await post(local(deadline=timedelta(seconds=0.2)), there.url)
        assert not caught.value.nothing_sent
        assert len(there.requests) == 1


async def test_a_port_where_nobody_listens_certainly_got_nothing() -> None:
    async with receiver() as there:
        url = there.url
    await certainly_nothing(local(), url)


async def test_a_receiver_without_tls_certainly_got_nothing() -> None:
    async with receiver(Misbehaviour.REFUSE) as there:
        await certainly_nothing(local(), there.url.replace("http:", "https:"))


async def test_a_name_that_does_not_exist_certainly_got_nothing() -> None:
    async def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    await certainly_nothing(Outbound(resolve=unknown), "https://nowhere.example/")


async def test_a_hanging_name_server_is_given_up_at_the_deadline() -> None:
    async def hang(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    outbound = Outbound(resolve=hang, deadline=timedelta(seconds=0.1))
    await certainly_nothing(outbound, "https://slow.example/")


async def certainly_nothing(outbound: Outbound, url: str) -> None:
    with pytest.raises(ProviderUnreachable) as caught:
        await post(outbound, url)
    assert caught.value.nothing_sent


async def test_a_fault_names_neither_the_address_nor_the_answer() -> None:
    async with receiver(Misbehaviour.CUT) as there:
        with pytest.raises(DeliveryFault) as caught:
            await post(local(), there.url)
        assert str(caught.value) == "connection_lost"
        assert caught.value.__cause__ is None


NEVER_CALLED = (
    "https://169.254.169.254/latest/meta-data",
    "https://[fe80::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://224.0.0.1/",
    "https://0.0.0.0/",
    "https://2852039166/",  # 169.254.169.254, as resolvers read it
    "https://0xa9fea9fe/",
    "https://169.254.43518/",
)
PRIVATE = ("https://127.0.0.1/", "https://127.1/", "https://[::1]:8443/", "https://10.0.0.9/")


@pytest.mark.parametrize("url", NEVER_CALLED)
def test_an_address_that_is_never_called_is_known_without_calling(url: str) -> None:
    for allow_private in (False, True):
        with pytest.raises(DeliveryRefused, match="address_blocked"):
            called_at(url, allow_private=allow_private)


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_address_is_called_only_where_that_is_allowed(url: str) -> None:
    with pytest.raises(DeliveryRefused, match="address_blocked"):
        called_at(url, allow_private=False)
    assert called_at(url, allow_private=True)


@given(st.ip_addresses(), st.booleans())
def test_a_literal_address_is_known_to_be_allowed_before_it_is_called(
    ip: IPv4Address | IPv6Address,
    allow_private: bool,  # noqa: FBT001  hypothesis names it
) -> None:
    url = f"https://[{ip}]/" if isinstance(ip, IPv6Address) else f"https://{ip}/"
    if is_allowed(str(ip), allow_private=allow_private):
        assert called_at(url, allow_private=allow_private)
        return
    with pytest.raises(DeliveryRefused, match="address_blocked"):
        called_at(url, allow_private=allow_private)
