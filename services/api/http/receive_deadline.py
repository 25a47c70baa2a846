"""HTTP/1.1 timeouts: a head has a time to arrive, and an answer a time to be taken.

A body that was answered before it had come is not read to its end: the answer is followed by the
end of the connection, and what still comes is thrown away unread, for a moment, because a
connection that is reset at once may take the answer with it.
"""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 10.0
STALL_SECONDS: Final = 30.0  # in which a client takes nothing of an answer
LINGER_SECONDS: Final = 2.0  # in which a client that still sends may read its answer
SHORT: Final = 64 * 1024  # bytes of a body that may still come: the connection goes on after them


class DeadlineProtocol(H11Protocol):
    """HTTP/1.1 protocol with timeouts: closes a connection that sends nothing, or too little."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._late: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._discards = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a first request."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Take some bytes; the time runs until they make a whole head."""
        if self._discards:
            return
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._expect()
        else:
            self._relax()

    def on_response_complete(self) -> None:
        """Expect the rest of a head that came in behind the request just answered."""
        super().on_response_complete()
        begun, _ = self.conn.trailing_data
        if begun and self.cycle.response_complete:
            self._expect()
        if self.conn.their_state is h11.SEND_BODY and not _is_short(self.headers):
            self._discard()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing any more."""
        super().connection_lost(exc)
        self._relax()
        self._taken()

    def pause_writing(self) -> None:
        """Wait for a client that reads more slowly than we write, but not for ever."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(STALL_SECONDS, self._cut)

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        super().resume_writing()
        self._taken()

    def _discard(self) -> None:
        if self.transport.is_closing():
            return
        self._discards = True
        self._relax()
        self.transport.write_eof()
        self._late = self.loop.call_later(LINGER_SECONDS, self._cut)

    def _taken(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _cut(self) -> None:
        if self.transport is not None:
            self.transport.abort()  # to close would wait until the client has read it all

    def _expect(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _relax(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()


def _is_short(headers: list[tuple[bytes, bytes]]) -> bool:
    announced = dict(headers).get(b"content-length", b"")
    return announced.isdigit() and int(announced[:20]) <= SHORT
