"""Outbound HTTP to receivers that others chose: guarded at connect, with one deadline."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Final, cast

import httpcore
import httpx

from activities.delivery.allowed_addresses import PORTS, is_allowed
from activities.delivery.faults import (
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
    ProviderUnreachable,
)

DEADLINE: Final = timedelta(seconds=10)  # for everything: name, connection, TLS, answer
LONGEST_ANSWER: Final = 65_536  # bytes; the rest is not read

NETWORK_FAULTS: Final = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    OSError,  # TimeoutError, DNS and TLS too
)

type Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the receiver said. It is never shown to anybody: only its status and our codes are."""

    status: int
    headers: Mapping[str, str] = field(repr=False)  # names in lower case
    body: bytes = field(repr=False)  # cut at LONGEST_ANSWER


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses behind a name, in the order to try them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects only to addresses that are allowed, and to the very ones it has looked at."""

    def __init__(self, *, allow_private: bool, resolve: Resolve) -> None:
        self._allow_private = allow_private
        self._resolve = resolve
        self._network = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers; one forbidden address forbids the name."""
        addresses = await self._resolve(host, port)
        if not all(is_allowed(address, allow_private=self._allow_private) for address in addresses):
            raise DeliveryRefused("address_blocked")
        fault: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                fault = error
        raise fault


class Outbound:
    """Calls webhooks, push services and chats. Every call is a new connection, so guarded anew."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        deadline: timedelta = DEADLINE,
        resolve: Resolve = resolve,
    ) -> None:
        self._allow_private = allow_private
        self._deadline = deadline.total_seconds()
        self._backend = GuardedBackend(allow_private=allow_private, resolve=resolve)
        self._tls = ssl.create_default_context()

    @property
    def allows_private(self) -> bool:
        """Return whether private addresses are called, and what is not encrypted."""
        return self._allow_private

    def require_callable(self, url: str) -> None:
        """Return if the URL may be called, as far as is known without looking its name up.

        Raises: DeliveryRefused.
        """
        called_at(url, allow_private=self._allow_private)

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post the body and return the answer, whatever its status.

        Raises: DeliveryRefused, ProviderUnreachable, OutcomeUnknown.
        """
        return await self._exchanged("POST", url, headers, body)

    async def put(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Put the body there and return the answer, whatever its status.

        Raises: DeliveryRefused, ProviderUnreachable, OutcomeUnknown.
        """
        return await self._exchanged("PUT", url, headers, body)

    async def patch(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Change what is there and return the answer, whatever its status.

        Raises: DeliveryRefused, ProviderUnreachable, OutcomeUnknown.
        """
        return await self._exchanged("PATCH", url, headers, body)

    async def get(
        self, url: str, *, headers: Mapping[str, str], longest: int = LONGEST_ANSWER
    ) -> Answer:
        """Return what the receiver says of itself, whatever its status; it changes nothing there.

        Raises: DeliveryRefused, ProviderUnreachable, OutcomeUnknown.
        """
        return await self._exchanged("GET", url, headers, None, longest)

    async def _exchanged(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        longest: int = LONGEST_ANSWER,
    ) -> Answer:
        address = called_at(url, allow_private=self._allow_private)
        exchange = _Exchange(
            method=method, url=address, headers=_lines(headers), body=body, longest=longest
        )
        try:
            async with asyncio.timeout(self._deadline):
                await self._carry_out(exchange)
        except NETWORK_FAULTS as fault:
            if exchange.answer is None:
                raise _named(fault, began=exchange.began) from None
        except UnicodeError:
            raise DeliveryRefused("address_invalid") from None
        if exchange.answer is None:
            raise OutcomeUnknown("no_answer")
        return exchange.answer

    async def _carry_out(self, exchange: "_Exchange") -> None:
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls, network_backend=self._backend, max_keepalive_connections=0
        )
        async with (
            pool,
            pool.stream(
                exchange.method,
                exchange.url,
                headers=exchange.headers,
                content=exchange.body,
                extensions={"trace": exchange.notice},
            ) as response,
        ):
            status = response.status
            headers = {
                name.decode().lower(): value.decode("latin-1") for name, value in response.headers
            }
            exchange.answer = Answer(status=status, headers=headers, body=b"")
            # The status decides; a body that breaks off changes nothing any more.
            with suppress(*NETWORK_FAULTS):
                text = await _start_of(response, exchange.longest)
                exchange.answer = Answer(status=status, headers=headers, body=text)


def called_at(url: str, *, allow_private: bool) -> httpcore.URL:
    """Return where a URL is called: what could never be called is found before anybody tries.

    Raises: DeliveryRefused.
    """
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        raise DeliveryRefused("address_invalid") from None
    schemes = {"https", "http"} if allow_private else {"https"}
    if parsed.scheme not in schemes or not parsed.raw_host or parsed.userinfo:
        raise DeliveryRefused("address_invalid")
    if parsed.port is not None and parsed.port not in PORTS:
        raise DeliveryRefused("port_blocked")
    literal = literal_in(parsed.host)
    if literal is not None and not is_allowed(literal, allow_private=allow_private):
        raise DeliveryRefused("address_blocked")
    return httpcore.URL(
        scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path
    )


def literal_in(host: str) -> str | None:
    """Return the IP address that a host is, also where only resolvers read it as one: 127.1."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return str(ip_address(socket.inet_aton(host)))
    except OSError:
        return None


@dataclass(slots=True, kw_only=True)
class _Exchange:
    """One request on its way: what is known of it when it breaks off."""

    method: str
    url: httpcore.URL
    headers: list[tuple[bytes, bytes]]
    body: bytes | None
    longest: int = LONGEST_ANSWER  # of its answer
    began: bool = False  # the first byte may have left
    answer: Answer | None = None

    async def notice(self, event: str, _info: Mapping[str, Any]) -> None:
        """Take note of what httpcore is about to do."""
        if event == "http11.send_request_headers.started":
            self.began = True


def _lines(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return the headers as bytes.

    Raises: DeliveryRefused, for a value that would become a second header.
    """
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        raise DeliveryRefused("header_invalid")
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _named(fault: Exception, *, began: bool) -> DeliveryFault:
    timed_out = isinstance(fault, (TimeoutError, httpcore.TimeoutException))
    if began:
        return OutcomeUnknown("timeout" if timed_out else "connection_lost")
    return ProviderUnreachable("connect_timeout" if timed_out else "connect_failed")


async def _start_of(response: httpcore.Response, longest: int) -> bytes:
    text = b""
    async with aclosing(response.aiter_stream()) as chunks:  # type: ignore[type-var]
        async for chunk in chunks:
            text += chunk
            if len(text) >= longest:
                break
    return text[:longest]
