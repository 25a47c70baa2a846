"""Sender looks: whose key it is, read once for all who ask while the read before is under way.

Nothing is remembered: whoever asks gets an answer that was read after it asked, so a key that was
revoked opens nothing from that moment on.
"""

import asyncio

from events.configuration.integration import Integration, integration_decider
from events.errors import LogFault, LogUnavailable
from events.handle import beginnings
from events.ids import IntegrationId, integration_stream
from events.loading import folded
from events.log.store import Log
from services.access.secret_keys import parse_key
from services.intake.arrival import Sender, sender_of_key

type Asked = dict[str, asyncio.Future[Integration]]  # by stream


class SenderLooks:
    """Looks integrations up in a log, many in one read."""

    def __init__(self) -> None:
        self._asked: Asked = {}
        self._looking: asyncio.Task[None] | None = None

    async def sender_with(self, log: Log, key: str) -> Sender | None:
        """Return the integration whose key this is; None for any other text.

        Raises: LogUnavailable.
        """
        shown = parse_key(key)
        if shown is None or shown.kind != "ingest":
            return None
        stream = integration_stream(IntegrationId(shown.key_id))
        found = self._asked.get(stream)
        if found is None:
            found = self._asked[stream] = asyncio.get_running_loop().create_future()
            if self._looking is None:
                self._looking = asyncio.create_task(self._look(log))
        return sender_of_key(await asyncio.shield(found), shown)

    async def _look(self, log: Log) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                try:
                    await _answer(log, asked)
                except Exception as fault:  # noqa: BLE001  whoever asked hears of it
                    _refuse(asked, fault)
        finally:
            self._looking = None


async def _answer(log: Log, asked: Asked) -> None:
    read = await log.read_since(list(asked), beginnings(integration_decider))
    for stream, found in asked.items():
        integration, _ = await folded(log, integration_decider, read[stream])
        found.set_result(integration)


def _refuse(asked: Asked, fault: Exception) -> None:
    for found in asked.values():
        if not found.done():
            ours = LogUnavailable(str(fault)) if isinstance(fault, LogFault) else fault
            found.set_exception(ours)
            found.exception()  # heard of, also where whoever asked has left
