"""Action items of a report: those due in the quarter, and those that were opened before."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from events.action_item.item import ActionItemState
from projections.engine.rows import Reader, ask
from projections.metrics.facts import FACTS
from projections.metrics.figures import FiguresWanted
from projections.practice.action_items import ACTION_ITEM

OVER: Final = (ActionItemState.DONE, ActionItemState.DROPPED, ActionItemState.SUPERSEDED)
ITEMS: Final = f"""
select i.action_item_id, i.incident_id, i.action, i.team, i.state, i.due_on, i.moves, i.opened_at,
    i.started_at, i.ended_at, i.text, t.reference, t.severity
from {{{ACTION_ITEM.name}}} i join {{{FACTS.name}}} t on t.incident_id = i.incident_id
where t.mode <> 'drill' and t.incident_id <> all ($1) and ($2 or not t.private)
    and i.opened_at < $3
order by i.opened_position
"""  # noqa: S608  constants


class ReportedItem(Struct, frozen=True, kw_only=True):
    """One action item, with the severity of its incident."""

    action_item_id: UUID
    incident_id: UUID
    action: str
    team: str | None
    state: ActionItemState
    due_on: date
    moves: int
    opened_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    severity: str | None
    text: str
    reference: str  # of the incident

    @property
    def open(self) -> bool:
        """Return whether it is not over."""
        return self.state not in OVER

    @property
    def done(self) -> bool:
        """Return whether it was done; dropped is another word."""
        return self.state is ActionItemState.DONE


async def items_until(reader: Reader, wanted: FiguresWanted) -> list[ReportedItem]:
    """Return the action items that were opened before the end of the window."""
    records = await ask(
        reader,
        ITEMS,
        (ACTION_ITEM, FACTS),
        sorted(wanted.left_aside),
        wanted.private,
        wanted.window.end,
    )
    return [
        ReportedItem(**{**record, "state": ActionItemState(record["state"])}) for record in records
    ]


class Completion(Struct, frozen=True, kw_only=True):
    """What became of the items that were due."""

    due: int
    done: int
    on_time: int
    dropped: int
    open: int
    never_started: int
    moved_often: int  # twice or more

    @property
    def decided(self) -> int:
        """Return how many count: another item took the place of the rest."""
        return self.done + self.dropped + self.open


def completion(items: Sequence[ReportedItem], first: date, after: date) -> Completion:
    """Return what became of the items due from one day on and before another."""
    due = [one for one in items if first <= one.due_on < after]
    done = [one for one in due if one.done]
    return Completion(
        due=len(due),
        done=len(done),
        on_time=sum(one.ended_at is not None and one.ended_at.date() <= one.due_on for one in done),
        dropped=sum(one.state is ActionItemState.DROPPED for one in due),
        open=sum(one.open for one in due),
        never_started=sum(one.open and one.started_at is None for one in due),
        moved_often=sum(one.moves > 1 for one in due),
    )


def done_within(items: Sequence[ReportedItem], days: int, now: datetime) -> tuple[int, int]:
    """Return how many items were done so soon after their opening, of those at least that old."""
    old = [
        one
        for one in items
        if (now - one.opened_at).days >= days and one.state is not ActionItemState.SUPERSEDED
    ]
    soon = [
        one
        for one in old
        if one.done and one.ended_at is not None and (one.ended_at - one.opened_at).days < days
    ]
    return len(soon), len(old)
