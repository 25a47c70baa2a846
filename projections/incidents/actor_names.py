"""Actor names: integrations and API keys by name in texts that have only their ids."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from projections.engine.rows import Reader
from projections.incidents.timeline import TimelineEntry

NAMES: Final = """
select 'integration:' || integration_id, name from read.integration
where 'integration:' || integration_id = any ($1)
union all
select 'api_key:' || api_key_id, name from read.api_key where 'api_key:' || api_key_id = any ($1)
"""
KINDS: Final = {"integration": "integration", "api key": "api_key"}
MENTION: Final = re.compile(r"\b(integration|API key) ([a-z0-9][a-z0-9._-]{0,62})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorNames:
    """The names of some integrations and API keys."""

    by_principal: Mapping[str, str] = field(default_factory=dict)  # "integration:…", "api_key:…"

    def in_text(self, text: str, written: Callable[[str], str] = str) -> str:
        """Return a sentence, or several of them, with names where it has ids."""
        if not self.by_principal:
            return text

        def named(found: re.Match[str]) -> str:
            for actor, rest in _readings(found):
                name = self.by_principal.get(actor)
                if name is not None:
                    return f"{found[1]} {written(name)}{rest}"
            return found[0]

        return MENTION.sub(named, text)

    def of_entries(self, entries: Iterable[TimelineEntry]) -> tuple[TimelineEntry, ...]:
        """Return the timeline with names in its sentences."""
        return tuple(replace(entry, sentence=self.in_text(entry.sentence)) for entry in entries)


NOBODY: Final = ActorNames()


def principals_in(texts: Collection[str | None]) -> frozenset[str]:
    """Return the integrations and API keys that texts mention, or are."""
    mentioned = (mention for text in texts if text for mention in MENTION.finditer(text))
    are = {text for text in texts if text and text.startswith(("integration:", "api_key:"))}
    return frozenset({actor for mention in mentioned for actor, _ in _readings(mention)} | are)


def _readings(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    """Yield whom a mention may mean, and what is left of it: a full stop may end the id or us."""
    kind, identity = KINDS[found[1].lower()], found[2]
    yield f"{kind}:{identity}", ""
    short = identity.rstrip("._-")
    yield f"{kind}:{short}", identity[len(short) :]


async def actor_names(reader: Reader, principals: Iterable[str]) -> ActorNames:
    """Return the names of these principals, as they are now, where they have one."""
    wanted = sorted(principals)
    if not wanted:
        return NOBODY
    records = await reader.fetch(NAMES, wanted)
    return ActorNames(by_principal={record[0]: record[1] for record in records})
