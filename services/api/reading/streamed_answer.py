"""Streamed answer: chunks as they come, past the deadline that other answers have."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import structlog
from fastapi import Request
from starlette.responses import StreamingResponse
from starlette.types import Send

from events.errors import LogFault
from services.live.event_streams import BrokenOff
from services.request_refusals import ProjectionBehind

NDJSON: Final = "application/x-ndjson"
SERVER_SENT: Final = "text/event-stream"

logs = structlog.get_logger(__name__)


class StreamedAnswer(StreamingResponse):
    """Streamed answer: chunks that are not bound to a request's deadline.

    When the chunks break off before their end, so does the answer: a client can tell.
    """

    def __init__(self, request: Request, chunks: AsyncGenerator[bytes], media_type: str) -> None:
        super().__init__(chunks, media_type=media_type, headers={"X-Accel-Buffering": "no"})
        request.state.streams = True
        self._chunks = chunks

    async def stream_response(self, send: Send) -> None:
        """Send the chunks as they come; the next one is made when there is room for it."""
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        async with aclosing(self._chunks) as chunks:
            try:
                async for chunk in chunks:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            except (LogFault, BrokenOff, ProjectionBehind) as reason:
                logs.warning("stream_broken_off", reason=str(reason))
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})
