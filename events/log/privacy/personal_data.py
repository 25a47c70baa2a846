"""Personal data: sealed before an event is hashed, opened when it is read."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec.structs import replace

from events.errors import LogUnavailable
from events.log.privacy.keyring import Keyring, SealBroken
from events.log.privacy.sealing import PersonalFields
from events.log.privacy.subject_keys import REMEMBERED, Fetch, SubjectKeys
from events.log.proof.chain import event_id
from events.log.recorded import Append, EventData, RecordedEvent
from events.registry import ALL_EVENTS

NOBODY: Final[frozenset[str]] = frozenset()


class PersonalData:
    """Seals and opens with the keys of the people concerned.

    Without a keyring everything passes as it is, so a sealed event cannot be read.
    """

    def __init__(
        self, keyring: Keyring | None, fetch: Fetch, *, remembered: float = REMEMBERED
    ) -> None:
        self._keys = None if keyring is None else SubjectKeys(keyring, fetch, remembered=remembered)
        self._fields = fields_of_all_events()

    def concerns(self, request: Append) -> bool:
        """Say whether there is anything to seal in a request."""
        return self._keys is not None and any(
            event.type in self._fields for event in request.events
        )

    async def sealed(self, request: Append) -> Append:
        """Return the request as it goes into the log.

        Raises: SubjectErased, LogUnavailable.
        """
        personal = [event for event in request.events if event.type in self._fields]
        if self._keys is None or not personal:
            return request
        subjects = {
            subject for e in personal for subject in self._fields.subjects(e.type, e.payload)
        }
        try:
            keys = await self._keys.made(sorted(subjects))
        except SealBroken as unknown:
            raise LogUnavailable(
                "a person's key does not open with the keys known here"
            ) from unknown
        events = tuple(
            self._sealed(event, request, number, keys)
            for number, event in enumerate(request.events)
        )
        return replace(request, events=events)

    def _sealed(
        self, event: EventData, request: Append, number: int, keys: Mapping[str, AESGCM]
    ) -> EventData:
        if event.type not in self._fields:
            return event
        identity = event_id(request.command_id, number)
        return replace(
            event, payload=self._fields.sealed(event.type, identity, event.payload, keys)
        )

    async def opened(
        self, stored: Sequence[RecordedEvent], gone: Collection[str] = NOBODY
    ) -> list[RecordedEvent]:
        """Return the events with their personal fields in clear, or "erased"; hashes stay.

        `gone` are people whose keys count as destroyed. What does not open stays as it is stored,
        and so cannot be decoded.
        Raises: LogUnavailable.
        """
        if self._keys is None or not any(event.type in self._fields for event in stored):
            return list(stored)
        subjects = {
            subject
            for event in stored
            if event.type in self._fields
            for subject in self._fields.subjects(event.type, event.payload)
        }
        keys = await self._readable(self._keys, subjects - set(gone)) | dict.fromkeys(gone)
        return [
            self._opened(event, keys) if event.type in self._fields else event for event in stored
        ]

    async def _readable(
        self, keys: SubjectKeys, subjects: Collection[str]
    ) -> dict[str, AESGCM | None]:
        try:
            return await keys.find(sorted(subjects))
        except SealBroken:  # one of them: the others are still there to be read
            readable: dict[str, AESGCM | None] = {}
            for subject in subjects:
                try:
                    readable |= await keys.find([subject])
                except SealBroken:
                    continue
            return readable

    def _opened(self, event: RecordedEvent, keys: Mapping[str, AESGCM | None]) -> RecordedEvent:
        try:
            clear = self._fields.opened(event.type, event.event_id, event.payload, keys)
        except (SealBroken, KeyError, ValueError):
            return event
        return msgspec.structs.replace(event, payload=clear)


def in_clear(stored: Sequence[RecordedEvent]) -> list[int]:
    """Return the positions of the events that were stored before personal fields were sealed."""
    fields = fields_of_all_events()
    return [
        event.position
        for event in stored
        if event.type in fields and fields.in_clear(event.type, event.payload)
    ]


@lru_cache
def fields_of_all_events() -> PersonalFields:
    """Return the personal fields of every event there is."""
    return PersonalFields(ALL_EVENTS)
