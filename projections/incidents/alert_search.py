"""Alert search: the alerts of one integration that fit a condition, in order, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Final, Literal, Protocol
from uuid import UUID

import msgspec
from msgspec import Struct

from projections.incidents.alerts import AlertState


class Kind(Enum):
    """How a field is compared."""

    WORD = "word"  # the whole of it, whatever the case
    TEXT = "text"  # a part of it
    LISTED = "listed"  # one of those it lists
    TIME = "time"
    NUMBER = "number"
    FLAG = "flag"


class Relation(StrEnum):
    """How what is looked for stands to what is there."""

    IS = "="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is read: SQL that is never null."""

    sql: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A field is compared; in a text `%` and `_` stand for any characters where `pattern` is."""

    field: str
    relation: Relation = Relation.IS
    value: str | int | bool | datetime
    pattern: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """All of several conditions hold, or one of them."""

    word: Literal["and", "or"]
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """A condition does not hold."""

    part: "Condition"


type Condition = Compared | Joined | Negated


class SearchedAlert(Struct, frozen=True, kw_only=True):
    """An alert with what its incident says of it; who has a private incident is left out."""

    alert_id: UUID
    dedup_key: str
    state: AlertState
    title: str
    labels: dict[str, str]
    annotations: dict[str, str]
    triggered_at: datetime
    resolved_at: datetime | None
    triggered_position: int
    held: bool
    held_by: str
    snoozed_until: datetime | None


class Asking(Protocol):
    """What asks the database."""

    async def __call__(self, sql: str, /, *arguments: object) -> Sequence[Any]:
        """Return the rows."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSearch:
    """Which alerts, in which order."""

    integration_id: str
    at: datetime  # a snooze is over from then on
    nameless: str  # how the keys begin of alerts whose sender named none: their id names them
    condition: Condition | None = None
    sort: str = "createdAt"
    descending: bool = True
    offset: int = 0
    limit: int = 20


_TAGS: Final = "string_to_array(coalesce(labels->>'tags', ''), ', ')"
_RESPONDERS: Final = "string_to_array(coalesce(labels->>'responders', ''), ', ')"
_SNOOZED: Final = "(state = 'triggered' and coalesce(snoozed_until > $2, false))"
_ALIAS: Final = "case when starts_with(dedup_key, $3) then alert_id::text else dedup_key end"
PLACES: Final[Mapping[str, Place]] = {
    "createdAt": Place("triggered_at", Kind.TIME),
    "lastOccurredAt": Place("triggered_at", Kind.TIME),
    "updatedAt": Place("coalesce(resolved_at, triggered_at)", Kind.TIME),
    "snoozedUntil": Place("coalesce(snoozed_until, '-infinity')", Kind.TIME),
    "alertId": Place("alert_id::text", Kind.WORD),
    "tinyId": Place("triggered_position", Kind.NUMBER),
    "alias": Place(_ALIAS, Kind.WORD),
    "message": Place("title", Kind.TEXT),
    "description": Place("coalesce(annotations->>'description', '')", Kind.TEXT),
    "source": Place("coalesce(labels->>'source', '')", Kind.WORD),
    "entity": Place("coalesce(labels->>'entity', '')", Kind.WORD),
    "priority": Place("coalesce(labels->>'priority', '')", Kind.WORD),
    "status": Place("case state when 'triggered' then 'open' else 'closed' end", Kind.WORD),
    "owner": Place("held_by", Kind.WORD),
    "acknowledged": Place("(state = 'triggered' and held)", Kind.FLAG),
    "isSeen": Place("held", Kind.FLAG),
    "snoozed": Place(_SNOOZED, Kind.FLAG),
    "tag": Place(_TAGS, Kind.LISTED),
    "responders": Place(_RESPONDERS, Kind.LISTED),
    "actions": Place("string_to_array(coalesce(annotations->>'actions', ''), ', ')", Kind.LISTED),
    "details.key": Place(
        "array(select jsonb_object_keys(annotations - 'description' - 'actions'))", Kind.LISTED
    ),
    "details.value": Place("array(select value from jsonb_each_text(annotations))", Kind.LISTED),
}

_FOUND: Final = """(
    select a.*, b.held_by is not null as held,
        case when b.private is false
            then coalesce(regexp_replace(b.held_by, '^responder:', ''), '') else '' end as held_by,
        case when a.state = 'triggered' then b.snoozed_until end as snoozed_until
    from (select * from read.alert where integration_id = $1) a
        left join (
            select incident_id, private, snoozed_until, held_by from read.incident_board
        ) b using (incident_id)
) t where $2::timestamptz is not null and $3::text is not null"""
_decoder: Final = msgspec.json.Decoder(list[SearchedAlert])


async def search_alerts(ask: Asking, search: AlertSearch) -> list[SearchedAlert]:
    """Return the alerts that are wanted."""
    where, arguments = _where(search)
    direction = "desc" if search.descending else "asc"
    order = f"order by {PLACES[search.sort].sql} {direction}, triggered_position {direction}"
    arguments += [search.limit, search.offset]
    paging = f"limit ${len(arguments) - 1} offset ${len(arguments)}"
    sql = f"select to_jsonb(t)::text from {_FOUND}{where} {order} {paging}"  # noqa: S608 - constants
    rows = await ask(sql, *arguments)
    return _decoder.decode(f"[{','.join(row[0] for row in rows)}]")


async def count_alerts(ask: Asking, search: AlertSearch) -> int:
    """Return how many alerts are wanted, of whatever page."""
    where, arguments = _where(search)
    ((count,),) = await ask(f"select count(*) from {_FOUND}{where}", *arguments)  # noqa: S608
    return int(count)


def _where(search: AlertSearch) -> tuple[str, list[object]]:
    arguments: list[object] = [search.integration_id, search.at, search.nameless]
    if search.condition is None:
        return "", arguments
    return f" and {_Written(arguments).of(search.condition)}", arguments


@dataclass(frozen=True, slots=True)
class _Written:
    """Conditions as SQL; what is looked for becomes arguments, never SQL."""

    arguments: list[object] = field(default_factory=list[object])

    def of(self, condition: Condition) -> str:
        match condition:
            case Joined(word, parts):
                return f"({f' {word} '.join(map(self.of, parts))})"
            case Negated(part):
                return f"(not {self.of(part)})"
            case Compared():
                return self._compared(condition, PLACES[condition.field])

    def _compared(self, wanted: Compared, place: Place) -> str:
        value = wanted.value
        if place.kind in {Kind.TIME, Kind.NUMBER, Kind.FLAG}:
            return f"({place.sql} {wanted.relation.value} {self._argument(value)})"
        text = str(value)
        if not wanted.pattern:
            text = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            text = f"%{text}%" if place.kind is Kind.TEXT else text
        given = self._argument(text)
        if place.kind is Kind.LISTED:
            return f"exists (select from unnest({place.sql}) one where one ilike {given})"
        return f"({place.sql} ilike {given})"

    def _argument(self, value: object) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"
