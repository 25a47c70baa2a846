"""Subject keys: one for each person, stored wrapped by a key outside of the database."""

import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.errors import SubjectErased
from events.log.database import Database
from events.log.privacy.keyring import Keyring

type Fetch = Callable[..., Awaitable[list[Any]]]  # of a pool, or of one connection
type SubjectKey = AESGCM | None  # None: destroyed

REMEMBERED: Final = 2.0  # seconds: how long a process may go on reading of a forgotten person
MANY: Final = 10_000  # keys in memory; beyond it they are looked up anew

FIND = "select subject, kek_id, wrapped_key from es.subject_keys($1)"
MAKE = "select subject, kek_id, wrapped_key from es.make_subject_key($1, $2, $3)"
REWRAP = "select es.rewrap_subject_key($1, $2, $3, $4)"
DESTROY = "select es.destroy_subject_key($1)"


class SubjectKeys:
    """The keys of people, as one process sees them."""

    def __init__(self, keyring: Keyring, fetch: Fetch, *, remembered: float = REMEMBERED) -> None:
        self._keyring = keyring
        self._fetch = fetch
        self._remembered = remembered
        self._known: dict[str, tuple[SubjectKey, float]] = {}  # with the time to ask again

    async def find(self, subjects: Collection[str]) -> dict[str, SubjectKey]:
        """Return the keys of these people; somebody without one, ever, is left out.

        Raises: SealBroken (wrapped by a key that is not known here), LogUnavailable.
        """
        now = time.monotonic()
        found = {
            subject: kept[0]
            for subject in subjects
            if (kept := self._kept(subject, now)) is not None
        }
        missing = [subject for subject in subjects if subject not in found]
        if missing:
            for row in await self._fetch(FIND, missing):
                found[row["subject"]] = await self._unwrapped(row)
            self._keep({subject: found[subject] for subject in missing if subject in found}, now)
        return found

    async def made(self, subjects: Iterable[str]) -> dict[str, AESGCM]:
        """Return the keys of these people, made now for whoever has none.

        Raises: SubjectErased, SealBroken, LogUnavailable.
        """
        wanted = list(subjects)
        found = await self.find(wanted)
        keys: dict[str, AESGCM] = {}
        for subject in wanted:
            key = found[subject] if subject in found else await self._make(subject)
            if key is None:
                raise SubjectErased("Register them under another id.", subject_id=subject)
            keys[subject] = key
        return keys

    async def _make(self, subject: str) -> SubjectKey:
        wrapped = self._keyring.seal(AESGCM.generate_key(bit_length=256), whose(subject))
        [row] = await self._fetch(MAKE, subject, *wrapped)  # somebody else's, if they were first
        key = await self._unwrapped(row)
        self._keep({subject: key}, time.monotonic())
        return key

    async def _unwrapped(self, row: Any) -> SubjectKey:
        subject, kek_id, wrapped = row["subject"], row["kek_id"], row["wrapped_key"]
        if wrapped is None:
            return None
        key = self._keyring.open(kek_id, wrapped, whose(subject))
        if kek_id != self._keyring.first:  # rotated: the old wrapping key shall not be needed long
            await self._fetch(REWRAP, subject, kek_id, *self._keyring.seal(key, whose(subject)))
        return AESGCM(key)

    def _kept(self, subject: str, now: float) -> tuple[SubjectKey, float] | None:
        kept = self._known.get(subject)
        return kept if kept is not None and now < kept[1] else None

    def _keep(self, keys: dict[str, SubjectKey], now: float) -> None:
        if len(self._known) > MANY:
            self._known.clear()
        self._known |= {subject: (key, now + self._remembered) for subject, key in keys.items()}


async def destroy_subject_key(database: Database, subject: str) -> None:
    """Destroy a person's key for ever; a tombstone stays, so that no new one is made.

    Raises: LogUnavailable.
    """
    await database.fetchval(DESTROY, subject)


def whose(subject: str) -> bytes:
    """Return what binds a wrapped key to the person it belongs to."""
    return b"tocsin subject key\x00" + subject.encode()
