"""Passwords are hashed off the event loop, few at a time, and as slowly for nobody."""

import asyncio
import threading

import pytest
from argon2 import PasswordHasher

from services.identity.proofs.password_hashes import AT_ONCE, MOST_WAITING, PasswordHashes
from services.request_refusals import SignInBusy

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def test_the_right_password_is_right_and_no_other() -> None:
    hashes = PasswordHashes(QUICK)
    kept = await hashes.hash("correct horse")
    assert kept.startswith("$argon2id$")
    assert "correct" not in kept
    assert await hashes.compare(kept, "correct horse") == (True, None)
    assert await hashes.compare(kept, "Correct horse") == (False, None)
    assert await hashes.hash("correct horse") != kept


@pytest.mark.parametrize("kept", [None, "erased", "", "$argon2id$v=19$nonsense"])
async def test_without_a_hash_no_password_is_right(kept: str | None) -> None:
    assert not (await PasswordHashes(QUICK).compare(kept, "erased")).is_right


async def test_a_hash_of_lower_costs_is_made_anew_once_the_password_is_known() -> None:
    kept = await PasswordHashes(QUICK).hash("correct horse")
    dearer = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    hashes = PasswordHashes(dearer)
    compared = await hashes.compare(kept, "correct horse")
    assert compared.is_right
    assert compared.rehashed is not None
    assert await hashes.compare(compared.rehashed, "correct horse") == (True, None)
    assert (await hashes.compare(kept, "wrong")).rehashed is None


class Held(PasswordHasher):
    """Hashes when it is let go."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.let_go = threading.Event()
        self.at_once = 0
        self.most = 0
        self._lock = threading.Lock()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self._lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        self.let_go.wait(30)
        with self._lock:
            self.at_once -= 1
        return super().hash(password, salt=salt)


async def test_a_flood_takes_a_little_memory_no_loop_and_is_refused_at_some_point() -> None:
    held = Held()
    hashes = PasswordHashes(held)
    waiting = [asyncio.create_task(hashes.hash("x")) for _ in range(AT_ONCE + MOST_WAITING)]
    await asyncio.sleep(0)  # the loop goes on
    with pytest.raises(SignInBusy):
        await hashes.hash("one too many")
    held.let_go.set()
    assert len(await asyncio.gather(*waiting)) == AT_ONCE + MOST_WAITING
    assert held.most <= AT_ONCE
    assert await hashes.hash("again")
