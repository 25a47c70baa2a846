"""Password hashes: argon2id with the library's own costs, off the event loop and few at a time.

One hash takes 64 MiB and some tenths of a second by intent. Whoever floods the sign-in must not
take the memory or the loop that pages need: a few are made at once, some wait, others are refused.
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.request_refusals import SignInBusy

AT_ONCE: Final = 2
MOST_WAITING: Final = 20


class Compared(NamedTuple):
    """Whether a password is the one that was hashed, and its new hash if that one is outdated."""

    is_right: bool
    rehashed: str | None = None


class PasswordHashes:
    """Makes and compares hashes in a pool of its own."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="password")
        self._under_way = 0
        self._nobody = ""  # a hash that no password has: as slow to compare as another

    async def hash(self, password: str) -> str:
        """Return a new hash of a password.

        Raises: SignInBusy.
        """
        return await self._in_pool(self._hasher.hash, password)

    async def compare(self, password_hash: str | None, password: str) -> Compared:
        """Return whether the password is the one that was hashed; None: there is none, as slowly.

        Raises: SignInBusy.
        """
        compared = await self._in_pool(self._compare, password_hash, password)
        return compared if password_hash is not None else Compared(is_right=False)

    def _compare(self, known: str | None, password: str) -> Compared:
        self._nobody = self._nobody or self._hasher.hash(secrets.token_hex())
        password_hash = known or self._nobody
        try:
            self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return Compared(is_right=False)
        if not self._hasher.check_needs_rehash(password_hash):
            return Compared(is_right=True)
        return Compared(is_right=True, rehashed=self._hasher.hash(password))

    async def _in_pool[*Arguments, Answer](
        self, work: Callable[[*Arguments], Answer], *arguments: *Arguments
    ) -> Answer:
        if self._under_way >= AT_ONCE + MOST_WAITING:
            raise SignInBusy("Many people sign in at this moment: try again in a few seconds.")
        self._under_way += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, work, *arguments)
        finally:
            self._under_way -= 1
