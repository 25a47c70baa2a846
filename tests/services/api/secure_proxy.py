"""A proxy that ends TLS before the API, as in production, under a certificate of its own."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trustme


@asynccontextmanager
async def secured(host: str, port: int) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    """Yield an https URL of the server at host and port, and what trusts its certificate."""
    authority = trustme.CA()
    context, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(trusting)

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while part := await source.read(65_536):
            sink.write(part)
            await sink.drain()
        sink.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection(host, port)
        await asyncio.gather(pump(reader, forth), pump(back, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "localhost", 0, ssl=context)
    try:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}", trusting
    finally:
        server.close()
