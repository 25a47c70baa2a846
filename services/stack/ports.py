"""Loopback ports of the stack: the usual ones, free ones, and taken ones."""

import socket
from contextlib import ExitStack
from dataclasses import dataclass, fields

HOST = "127.0.0.1"


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
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def free_ports() -> Ports:
    """Return ports that nobody listens on now, for a stack beside others."""
    with ExitStack() as held:  # together, so that no number comes twice
        probes = {one.name: held.enter_context(socket.socket()) for one in fields(Ports)}
        for probe in probes.values():
            probe.bind((HOST, 0))
        return Ports(**{name: probe.getsockname()[1] for name, probe in probes.items()})
