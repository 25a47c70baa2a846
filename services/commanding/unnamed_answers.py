"""Unnamed answers: one a person, with nothing in the log that says whose.

What stands for a person is made with the server's key, so that the log alone, with everybody's id
tried against it, tells nobody's answer.
"""

import hmac
from dataclasses import replace
from typing import Final
from uuid import UUID

from pydantic import SecretStr

from events.ids import IncidentId, ResponderId
from events.log.recorded import Metadata
from services.commanding.configuration_change import ConfigurationChange
from services.request_refusals import LinkKeyNeeded

ANSWER: Final = b"tocsin unnamed answer 1\0"
COMMAND: Final = b"tocsin unnamed command 1\0"
REQUEST: Final = b"tocsin unnamed request 1\0"
NOBODY: Final = Metadata(principal="meeting:attendee")  # and no request id, which others log too


class UnnamedAnswers:
    """Makes what stands for a person."""

    def __init__(self, key: SecretStr | None) -> None:
        if key is None:
            raise LinkKeyNeeded(
                "Answers are kept without names by TOCSIN_LINK_KEY, which is not set: set it to 32 "
                "characters or more, the same in every process."
            )
        self._key = key.get_secret_value().encode()

    def answer_id(self, incident_id: IncidentId, responder_id: ResponderId) -> UUID:
        """Return the id of somebody's answer about the meeting of an incident."""
        return self._made(ANSWER + incident_id.bytes + responder_id.encode())

    def unnamed[Change: ConfigurationChange](self, change: Change) -> Change:
        """Return the change without what tells who asks for it, or could be tried until it does."""
        asked = change.identity
        identity = replace(
            asked,
            command_id=self._made(COMMAND + asked.command_id.bytes),
            request_digest=hmac.digest(self._key, REQUEST + asked.request_digest, "sha256"),
        )
        return replace(change, identity=identity, metadata=NOBODY)

    def _made(self, of: bytes) -> UUID:
        return UUID(bytes=hmac.digest(self._key, of, "sha256")[:16])
