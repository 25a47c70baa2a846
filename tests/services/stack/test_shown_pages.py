import asyncio

import httpx
import pytest

from services.received_request import ReceivedRequest
from services.stack.ports import HOST, PortTaken, free_port
from services.stack.shown_pages import page_text, shown_pages


async def test_a_page_is_shown_with_the_link_that_takes_it() -> None:
    shown: list[str] = []
    port = free_port()
    async with shown_pages(port, shown.append), httpx.AsyncClient() as http:
        headers = {"title": "SEV1 INC-1042: Kasse", "click": "http://127.0.0.1/ack/x"}
        answer = await http.post(f"http://{HOST}:{port}/you", content="text", headers=headers)
    assert answer.is_success
    assert "SEV1 INC-1042: Kasse" in shown[0]
    assert "http://127.0.0.1/ack/x" in shown[0]


def test_a_title_cannot_steer_the_terminal() -> None:
    request = ReceivedRequest(headers={"title": "INC-1: \x1b[2Jgone"}, body=b"")
    assert "\x1b" not in page_text(request)


def test_a_title_in_another_script_is_readable() -> None:
    headers = {"title": "=?utf-8?q?INC-1=3A_Kasse_f=C3=A4llt_aus?="}
    assert "INC-1: Kasse fällt aus" in page_text(ReceivedRequest(headers=headers, body=b""))


async def test_half_a_request_is_nobody_s_page_and_stops_nothing() -> None:
    shown: list[str] = []
    port = free_port()
    async with shown_pages(port, shown.append):
        _, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"POST /you HTTP/1.1\r\ncontent-length: 99\r\n\r\nhalf")
        writer.close()
        await writer.wait_closed()
        async with httpx.AsyncClient() as http:
            await http.post(f"http://{HOST}:{port}/you", headers={"title": "whole"})
    assert len(shown) == 1


async def test_a_taken_port_names_the_setting_that_moves_it() -> None:
    port = free_port()
    async with shown_pages(port, print):
        with pytest.raises(PortTaken, match="TOCSIN_PAGES_PORT"):
            async with shown_pages(port, print):
                pass
