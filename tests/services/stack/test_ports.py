"""Ports that are taken, and ports that are free."""

import dataclasses
import socket

import pytest

from services.stack.ports import HOST, Ports, PortTaken, free_port, free_ports


def test_a_taken_port_is_named_with_the_setting_that_moves_it() -> None:
    ports = free_ports()
    with (
        socket.create_server((HOST, ports.temporal_ui)),
        pytest.raises(PortTaken, match=f"Port {ports.temporal_ui} .*TOCSIN_TEMPORAL_UI_PORT="),
    ):
        ports.require_free("api", "temporal_ui")


def test_ports_of_servers_that_somebody_else_runs_may_be_taken() -> None:
    ports = free_ports()
    with socket.create_server((HOST, ports.temporal)):
        ports.require_free("api")


def test_free_ports_are_all_different() -> None:
    assert len(set(dataclasses.astuple(free_ports()))) == len(dataclasses.fields(Ports))


def test_a_free_port_is_given_to_no_client_and_waits_for_its_server() -> None:
    port = free_port()
    assert port < 32_768, "a client that connects somewhere may get it from the system"
    with socket.socket() as seeker, pytest.raises(OSError, match="in use"):
        seeker.bind((HOST, port))
    with socket.create_server((HOST, port)) as server:
        assert server.getsockname()[1] == port
