"""Twenty writers in nine sections, with lost replies and repeats: nobody's words are lost."""

import asyncio
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from hashlib import sha256
from uuid import UUID

from events.handle import Handled, handle
from events.loading import load
from events.log.memory import MemoryLog
from events.log.recorded import Metadata, Verdict
from events.postmortem.commands import StartPostmortem, WriteSection
from events.postmortem.decide import AGGREGATE
from events.postmortem.decide import postmortem_decider as rules
from events.postmortem.document.merging import merged
from events.postmortem.document.sections import Section
from events.postmortem.events import PostmortemEvent
from events.postmortem.refusals import SectionChanged
from tests.events.postmortem.story import ANA, INC_7, by

WRITERS = 20
WRITES = 2_000 if os.environ.get("TOCSIN_HYPOTHESIS") == "deep" else 200
STREAM = AGGREGATE.stream(INC_7)
METADATA = Metadata(principal="api_key:1")


def second_merge(base: str, theirs: str, ours: str) -> str | None:
    """Merge line by line: which lines of the base each side keeps, and what it puts before them."""
    lines = base.splitlines(keepends=True)
    sides = [taken_apart(lines, text.splitlines(keepends=True)) for text in (theirs, ours)]
    one, other = sides
    result: list[str] = []
    for at in range(len(lines) + 1):
        before = [side.before[at] for side in sides if at in side.before]
        if len(before) == 2 and (before[0] != before[1] or one.end[at] != other.end[at]):
            return None
        for mine, its in ((one, other), (other, one)):
            if at in mine.before and any(
                begin < at < end for begin, end in its.end.items() if begin != at
            ):
                return None
        result += before[0] if before else []
        if at < len(lines) and not any(at in side.gone for side in sides):
            result.append(lines[at])
    return "".join(result)


@dataclass
class Side:
    """One edit: what it puts before which line of the base, up to where, and what it takes out."""

    before: dict[int, list[str]] = field(default_factory=dict)
    end: dict[int, int] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)


def taken_apart(base: Sequence[str], edited: Sequence[str]) -> Side:
    side, at, then = Side(), 0, 0
    blocks = SequenceMatcher(None, base, edited, autojunk=False).get_matching_blocks()
    for begin, first, size in blocks:
        if (begin, first) != (at, then):
            side.before[at] = list(edited[then:first])
            side.end[at] = begin
            side.gone |= set(range(at, begin))
        at, then = begin + size, first + size
    return side


class Office:
    """Writers of one postmortem, and what they saw."""

    def __init__(self, seed: int) -> None:
        self.log = MemoryLog()
        self.random = random.Random(seed)
        self.ids = 0
        self.acknowledged: dict[Section, list[str]] = {section: [] for section in Section}
        self.refused = 0
        self.offered = 0

    def command_id(self) -> UUID:
        self.ids += 1
        return UUID(int=self.ids)

    async def give(
        self, command: StartPostmortem | WriteSection, command_id: UUID
    ) -> Handled[PostmortemEvent]:
        return await handle(
            self.log,
            rules,
            STREAM,
            command,
            command_id=command_id,
            request_digest=sha256(repr(command).encode()).digest(),
            metadata=METADATA,
        )

    async def read(self, section: Section) -> tuple[int, str]:
        known, _ = await load(self.log, rules, STREAM)
        written = known.sections.get(section)
        return (written.revision, written.text) if written else (0, "")

    async def write(self, token: str) -> None:
        """Add a line somewhere, and go on until it is in."""
        section = self.random.choice(list(Section))
        revision, base = await self.read(section)
        text = self.with_line(base, token)
        while True:
            await asyncio.sleep(0)  # others write meanwhile
            command = WriteSection(section=section, based_on=revision, text=text, **by("ana"))
            command_id = self.command_id()
            try:
                handled = await self.give(command, command_id)
            except SectionChanged:
                self.refused += 1
                newest, theirs = await self.read(section)
                both = merged(base, theirs, text)
                assert both == second_merge(base, theirs, text)
                self.offered += both is not None
                text = both if both is not None else self.with_line(theirs, token)
                revision, base = newest, theirs
                continue
            if self.random.random() < 0.2:  # the reply was lost: the same request again
                again = await self.give(command, command_id)
                assert again.result.verdict is Verdict.DUPLICATE
                assert again.result.version == handled.result.version
            self.acknowledged[section].append(token)
            return

    def with_line(self, text: str, token: str) -> str:
        lines = text.splitlines(keepends=True)
        lines.insert(self.random.randint(0, len(lines)), f"{token}\n")
        return "".join(lines)

    async def writer(self, name: int) -> None:
        for number in range(WRITES // WRITERS):
            await self.write(f"writer {name}, word {number}")


async def test_no_text_is_lost_and_a_second_implementation_merges_the_same() -> None:
    office = Office(seed=7)
    begin = StartPostmortem(incident_id=INC_7, author_id=ANA, **by("ana"))
    await office.give(begin, office.command_id())
    await asyncio.gather(*(office.writer(name) for name in range(WRITERS)))
    known, version = await load(office.log, rules, STREAM)
    assert version == WRITES + 1  # each once, whatever was repeated
    for section in Section:
        written = known.sections[section]
        tokens = written.text.splitlines()
        assert sorted(tokens) == sorted(office.acknowledged[section])
        assert written.revision == len(tokens)  # dense
    assert office.refused > WRITES // 10
    assert office.offered > office.refused // 2
