"""Sender looks: whose key it is, read once for all who ask while the read before is under way.

Whoever asks gets an answer that was read after it asked, so a key that was revoked opens nothing
from that moment on.
"""

from datetime import datetime

from events.configuration.integration import integration_decider
from events.folded_streams import newest
from events.ids import IntegrationId, integration_stream
from events.log.store import Log
from services.access.secret_keys import parse_key
from services.intake.arrival import Sender, sender_of_key


class SenderLooks:
    """Looks integrations up in a log, many in one read."""

    async def sender_with(self, log: Log, key: str, at: datetime) -> Sender | None:
        """Return the integration whose key this is; None for any other text.

        Raises: LogUnavailable.
        """
        shown = parse_key(key)
        if shown is None or shown.kind != "ingest":
            return None
        stream = integration_stream(IntegrationId(shown.key_id))
        integration, _ = await newest(log, integration_decider, stream)
        return sender_of_key(integration, shown, at)
