"""Loopback ports of the stack: the usual ones, free ones, and taken ones."""

import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass, fields

HOST = "127.0.0.1"
FIRST_FREE, BEYOND_FREE = 20_000, 32_768  # clients get higher ones: Linux from 32768, others 49152
TRIES = 1000


class PortTaken(Exception):
    """A port that the stack wants is in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where each part of the stack listens."""

    api: int
    postgres: int
    temporal: int
    temporal_ui: int
    mail: int  # where alerts are taken by SMTP and LMTP
    pages: int  # where `make up` takes pages for whoever runs it

    def require_free(self, *parts: str) -> None:
        """Refuse to start when a port of these parts is in use.

        Raises: PortTaken, naming the part and the setting that moves it.
        """
        for part in parts:
            port: int = getattr(self, part)
            if is_taken(port):
                raise PortTaken(
                    f"Port {port} ({part}) is in use by another program."
                    f" End that program, or choose another port: TOCSIN_{part.upper()}_PORT=…"
                )


def is_taken(port: int) -> bool:
    """Say whether something listens on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
        return False


def free_port() -> int:
    """Return a loopback port that nobody listens on, kept for whoever listens there next.

    It lies outside the range that systems give to whoever connects: a client's connection would
    keep a server from it. And a connection that has just ended there keeps it for a minute from
    everybody who looks for one in this way; a server may listen there (RFC 9293, TIME-WAIT).
    Raises: PortTaken.
    """
    for _ in range(TRIES):
        port = FIRST_FREE + secrets.randbelow(BEYOND_FREE - FIRST_FREE)
        with suppress(OSError), socket.socket() as probe:
            probe.bind((HOST, port))
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.listen(1)
            with socket.create_connection((HOST, port)):
                probe.accept()[0].close()
            return port
    raise PortTaken(
        f"None of {TRIES} ports of {HOST} between {FIRST_FREE} and {BEYOND_FREE} that were tried"
        " is free. End programs that listen there, or name the ports: TOCSIN_API_PORT=…"
    )


def free_ports() -> Ports:
    """Return ports that nobody listens on, for a stack beside others."""
    return Ports(**{one.name: free_port() for one in fields(Ports)})
