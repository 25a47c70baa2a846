"""Replay: an incident's history, event by event, with the state before and after."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from projections.engine.authorship import author_of
from projections.engine.log_batches import decoded
from projections.incidents import detail as incident_detail
from projections.incidents.detail import ALERTS, DETAIL, IncidentDetail
from projections.past import Folding
from projections.sentences import sentence_for
from services.api.views.incidents import detail_view
from services.cli.understand.stored_events import stored

# They change with every event, or never, and are shown beside it.
ALWAYS_NEW = frozenset({"version", "position", "updated_at", "incident_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value of the incident, before and after an event."""

    field: str  # page 1 state
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event, and what it did to the incident."""

    position: int
    recorded_at: str
    type: str
    sentence: str
    by: str | None
    changes: tuple[Change, ...]
    state: Mapping[str, Any]  # after the event, as the API shows it; empty before the declaration


@dataclass(slots=True)
class Replay:
    """Folds the events as the projection does, in memory. Use it in a `with`."""

    state: dict[str, Any] = field(default_factory=dict)
    _folding: Folding = field(default_factory=Folding)
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.close()

    def step(self, view: Mapping[str, Any]) -> Step:
        """Return what one more event did, given as the API shows events."""
        recorded = decoded(stored(view))
        self._runner.run(incident_detail.project([recorded], self._folding))
        before, self.state = self.state, self._shown()
        return Step(
            position=recorded.position,
            recorded_at=view["recorded_at"],
            type=view["type"],
            sentence=sentence_for(recorded.event),
            by=author_of(recorded.event),
            changes=tuple(changes(before, self.state)),
            state=self.state,
        )

    def _shown(self) -> dict[str, Any]:
        for row in self._folding.all_of(DETAIL):
            alerts = sorted(self._folding.all_of(ALERTS), key=lambda one: one.started_at)
            if row.reference:
                detail = IncidentDetail(row=row, alerts=tuple(alerts))
                return detail_view(detail).model_dump(mode="json")
        return {}


def changes(before: Any, after: Any, *path: str) -> Iterator[Change]:
    """Yield every value that is another one afterwards; what is added is one change."""
    was, now = before or [], after or []
    if isinstance(before, dict) and isinstance(after, dict):
        for name in after | before:
            if path or name not in ALWAYS_NEW:
                yield from changes(before.get(name), after.get(name), *path, name)
    elif isinstance(was, list) and isinstance(now, list):
        one = path[-1].removesuffix("s") if path else ""  # of pages, of phases
        for index in range(max(len(was), len(now))):
            place = (*path[:-1], one, str(index + 1))
            yield from changes(_at(was, index), _at(now, index), *place)
    elif before != after:
        yield Change(field=" ".join(path).replace("_", " "), before=before, after=after)


def _at(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else None
