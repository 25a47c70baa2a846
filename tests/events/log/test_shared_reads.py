"""Shared reads: who asks while a read is under way shares the next one with all the others."""

import asyncio
from collections.abc import Sequence

import pytest

from events.errors import LogUnavailable
from events.log.lookup.shared_reads import MOST, SharedReads


class Book:
    """A source that counts how often it is read, and by how many at once."""

    def __init__(self) -> None:
        self.read: list[int] = []
        self.edition = 1
        self.is_away = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def look_up(self, words: Sequence[str]) -> dict[str, str]:
        self.read.append(len(words))
        edition = self.edition
        await self.gate.wait()
        if self.is_away:
            raise LogUnavailable("away")
        return {word: f"{word} {edition}" for word in words}


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def reads() -> SharedReads[Book, str, str]:
    return SharedReads(Book.look_up)


async def test_a_hundred_who_ask_at_once_cost_one_read_and_each_has_its_own_answer(
    book: Book, reads: SharedReads[Book, str, str]
) -> None:
    words = [f"word-{number % 10}" for number in range(100)]
    found = await asyncio.gather(*(reads.answers(book, [word]) for word in words))
    answers = [one[word] for one, word in zip(found, words, strict=True)]
    assert answers == [f"{word} 1" for word in words]
    assert book.read == [10]


async def test_who_asks_while_reads_are_under_way_gets_what_is_read_afterwards(
    book: Book, reads: SharedReads[Book, str, str]
) -> None:
    book.gate.clear()
    first = asyncio.create_task(reads.answers(book, ["tree"]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second = asyncio.create_task(reads.answers(book, ["tree"]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    book.edition = 2
    late = [asyncio.create_task(reads.answers(book, [word])) for word in ("tree", "leaf")]
    await asyncio.sleep(0)
    book.gate.set()
    assert (await first)["tree"] == (await second)["tree"] == "tree 1"
    assert [(await late[0])["tree"], (await late[1])["leaf"]] == ["tree 2", "leaf 2"]
    assert book.read == [1, 1, 2]


async def test_everybody_hears_by_a_fault_of_their_own_that_the_log_is_away(
    book: Book, reads: SharedReads[Book, str, str]
) -> None:
    book.is_away = True
    asked = (reads.answers(book, ["tree"]) for _ in range(3))
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in found] == [LogUnavailable] * 3
    assert len({id(one) for one in found}) == 3
    book.is_away = False
    assert (await reads.answers(book, ["tree"]))["tree"] == "tree 1"


async def test_who_leaves_takes_nobodys_answer_away(
    book: Book, reads: SharedReads[Book, str, str]
) -> None:
    book.gate.clear()
    leaving, staying = (asyncio.create_task(reads.answers(book, ["tree"])) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    book.gate.set()
    assert (await staying)["tree"] == "tree 1"
    assert leaving.cancelled() or leaving.cancelling()


async def test_one_read_takes_no_more_than_its_share_and_nobody_is_left_out(
    book: Book, reads: SharedReads[Book, str, str]
) -> None:
    words = [f"word-{number}" for number in range(3 * MOST)]
    found = await asyncio.gather(*(reads.answers(book, [word]) for word in words))
    assert all(word in one for one, word in zip(found, words, strict=True))
    assert max(book.read) <= MOST


async def test_who_comes_just_as_the_last_reads_end_is_answered_too(
    book: Book, reads: SharedReads[Book, str, str]
) -> None:
    async def ask_again_and_again(word: str) -> None:
        for _ in range(50):
            assert word in await reads.answers(book, [word])

    asked = (ask_again_and_again(word) for word in ("tree", "leaf", "root"))
    async with asyncio.timeout(10):
        await asyncio.gather(*asked)


async def test_who_asks_nothing_reads_nothing(
    book: Book, reads: SharedReads[Book, str, str]
) -> None:
    assert await reads.answers(book, []) == {}
    assert book.read == []
