"""A name server that says what it is told, over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@dataclass(kw_only=True)
class NameServer(asyncio.DatagramProtocol):
    """Knows `records` by name and type, and nothing else; silent, it answers nobody."""

    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    silent: bool = False
    port: int = 0
    asked: list[str] = field(default_factory=list)
    _line: asyncio.DatagramTransport | None = None

    def say(self, name: str, kind: str, *texts: str) -> None:
        self.records[name.lower(), kind] = list(texts)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._line = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        (question,) = query.question
        name, kind = question.name.to_text(omit_final_dot=True).lower(), question.rdtype
        self.asked.append(f"{name} {dns.rdatatype.to_text(kind)}")
        if self.silent or self._line is None:
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        said = self.records.get((name, dns.rdatatype.to_text(kind)))
        if said:
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, said))
        elif not any(one == name for one, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self._line.sendto(answer.to_wire(max_size=65_000), addr)


@asynccontextmanager
async def name_server() -> AsyncIterator[NameServer]:
    """Yield a name server on a port of its own."""
    loop = asyncio.get_running_loop()
    line, server = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
    server.port = line.get_extra_info("sockname")[1]
    try:
        yield server
    finally:
        line.close()
