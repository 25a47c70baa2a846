"""Listing: the alerts of an integration that a query chooses, and how many they are."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi.exceptions import RequestValidationError

from events.ids import AlertId
from events.values.severity import severity_named
from projections.incidents.alert_search import (
    PLACES,
    AlertSearch,
    Kind,
    SearchedAlert,
    count_alerts,
    search_alerts,
)
from projections.incidents.alerts import AlertState
from services.api.intake.source import OpenApi
from services.api.intake.sources.opsgenie.answers import Camel, stopwatch
from services.api.intake.sources.opsgenie.creation import NAMELESS, PRIORITIES, alias_of, listed
from services.api.intake.sources.opsgenie.search.language import QueryWrong, condition_from
from services.api.intake.sources.opsgenie.shown import AlertOfIntegration, ListedAlert
from services.api.intake.sources.opsgenie.telling import Question, Told, question
from services.intake.arrival import Intake

DEFAULT_LIMIT: Final = 20
MOST: Final = 100  # of a page
FARTHEST: Final = 20_000  # offset and limit together, as in Opsgenie
SORTED_BY: Final = tuple(
    name for name, place in PLACES.items() if place.kind is not Kind.LISTED and "." not in name
)


class PageLinks(Camel):
    """Where the other pages of a list are, below the address of this API."""

    first: str
    prev: str | None = None
    next: str | None = None
    last: str


class AlertPage(Told[list[ListedAlert]]):
    """A page of a list of alerts."""

    paging: PageLinks


class Count(Camel):
    """How many alerts there are."""

    count: int


def search_of(asked: Question, intake: Intake) -> AlertSearch:
    """Return what is asked for.

    Raises: RequestValidationError.
    """
    query = asked.query
    if "searchIdentifier" in query:
        raise _wrong("searchIdentifier", "saved searches are not kept here: write a query")
    try:
        condition = condition_from(query.get("query", ""))
    except QueryWrong as wrong:
        raise _wrong("query", str(wrong)) from None
    offset = _number(query, "offset", 0, range(FARTHEST))
    limit = _number(query, "limit", DEFAULT_LIMIT, range(1, MOST + 1))
    if offset + limit > FARTHEST:
        raise _wrong("offset", f"offset and limit may be {FARTHEST} together")
    return AlertSearch(
        integration_id=intake.sender.integration_id,
        at=intake.at,
        nameless=NAMELESS,
        condition=condition,
        sort=_one_of(query, "sort", "createdAt", SORTED_BY),
        descending=_one_of(query, "order", "desc", ("asc", "desc")) == "desc",
        offset=offset,
        limit=limit,
    )


async def list_alerts(asked: Question, intake: Intake) -> AlertPage:
    """Tell which alerts a query chooses.

    Raises: RequestValidationError, LogUnavailable.
    """
    done, search = stopwatch(intake), search_of(asked, intake)
    found = await search_alerts(intake.ask, search)
    count = await count_alerts(intake.ask, search)
    return AlertPage(
        data=[_listed(one, intake) for one in found],
        paging=_paging(search, asked.query, count),
        took=done.took,
        request_id=done.request_id,
    )


async def tell_count(asked: Question, intake: Intake) -> Told[Count]:
    """Tell how many alerts a query chooses.

    Raises: RequestValidationError, LogUnavailable.
    """
    done = stopwatch(intake)
    count = await count_alerts(intake.ask, search_of(asked, intake))
    return Told(data=Count(count=count), took=done.took, request_id=done.request_id)


def _listed(found: SearchedAlert, intake: Intake) -> ListedAlert:
    labels, fires = found.labels, found.state is AlertState.TRIGGERED
    severity = severity_named(labels.get("severity", ""))
    return ListedAlert(
        id=str(found.alert_id),
        tiny_id=str(found.triggered_position),
        alias=alias_of(found.dedup_key, AlertId(found.alert_id)),
        message=found.title,
        status="open" if fires else "closed",
        acknowledged=fires and found.held,
        is_seen=found.held,
        snoozed=found.snoozed_until is not None and intake.at < found.snoozed_until,
        snoozed_until=found.snoozed_until,
        tags=listed(labels.get("tags", "")),
        owner=found.held_by,
        priority=labels.get("priority") or (PRIORITIES[severity] if severity else None),
        source=labels.get("source", ""),
        created_at=found.triggered_at,
        updated_at=found.resolved_at or found.triggered_at,
        last_occurred_at=found.triggered_at,
        integration=AlertOfIntegration(id=intake.sender.integration_id),
    )


def _paging(search: AlertSearch, query: Mapping[str, str], count: int) -> PageLinks:
    def page(offset: int) -> str:
        asked = {name: query[name] for name in ("query", "sort", "order") if name in query}
        place = {"offset": str(offset), "limit": str(search.limit)}
        return f"/v2/alerts?{urlencode(asked | place)}"

    before, after = search.offset - search.limit, search.offset + search.limit
    last = max(0, (count - 1) // search.limit * search.limit)
    return PageLinks(
        first=page(0),
        prev=page(max(0, before)) if search.offset else None,
        next=page(after) if after < count else None,
        last=page(last),
    )


def _number(query: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    said = query.get(name, "")
    if not said:
        return default
    number = (
        int(said) if said.isascii() and said.isdigit() and len(said) <= len(str(FARTHEST)) else -1
    )
    if number not in allowed:
        raise _wrong(name, f"write a number from {allowed.start} to {allowed.stop - 1}")
    return number


def _one_of(query: Mapping[str, str], name: str, default: str, known: tuple[str, ...]) -> str:
    said = query.get(name) or default
    if said not in known:
        raise _wrong(name, f"write one of {', '.join(known)}")
    return said


def _wrong(name: str, reason: str) -> RequestValidationError:
    return RequestValidationError([{"type": "value_error", "loc": ("query", name), "msg": reason}])


def _parameter(name: str, description: str, **schema: Any) -> OpenApi:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


_QUERY: Final = _parameter(
    "query", "Which alerts: `status: open AND (tag: disk OR priority: P1)`.", maxLength=1000
)
_PAGE: Final = (
    _QUERY,
    _parameter("offset", "From which one on, beginning with 0.", type="integer", minimum=0),
    _parameter("limit", "How many.", type="integer", minimum=1, maximum=MOST, default=20),
    _parameter("sort", "By what.", enum=list(SORTED_BY), default="createdAt"),
    _parameter("order", "In which direction.", enum=["asc", "desc"], default="desc"),
)
LISTS: Final = (
    question(
        "how many alerts there are",
        "/count",
        "Tell how many alerts of this integration a query chooses.",
        tell_count,
        Told[Count],
        (_QUERY,),
    ),
    question(
        "which alerts there are",
        "",
        "List the alerts of this integration that a query chooses, a page at a time.",
        list_alerts,
        AlertPage,
        _PAGE,
    ),
)
