"""Paged people by their number: the pages that somebody who replies was sent, and still may answer.

A number is no right: whoever has it now answers through the door of the links, which asks the log
what that person may do (`link_answers`). Only what finds the pages is read from the read models,
once they know what was sent before: "ok" to two pages must not answer the one that is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from activities.page.ack_links import AckLink
from activities.page.text import LINK_LIFETIME
from events.delivery.events import PAGE
from events.ids import DeliveryId, PageId, ResponderId
from events.incident.pages.answers import Standing
from events.page.short_code import short_code
from projections.configuration.tables import NAME as CONFIGURATION
from projections.configuration.tables import responders_at
from projections.engine.catching_up import wait_for
from projections.paging.delivery_log import NAME as DELIVERY_LOG
from projections.paging.delivery_log import DeliveryFilter, list_deliveries
from services.commanding.by_link.answers import Asked, asked_by
from services.commanding.dependencies import CommandDependencies

BY_PHONE: Final = ("sms", "voice")
NEWEST: Final = 200  # messages to one person that are looked through
CATCH_UP_SECONDS: Final = 2.0  # for the last message; who replies is answered all the same
MOST_OPEN: Final = 20  # pages whose standing is asked for, the newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedBy:
    """One page that somebody was sent, and the right to answer it that the message gave."""

    code: str
    link: AckLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """The pages that people with one number were sent, the newest first."""

    pages: tuple[PagedBy, ...]
    are_all: bool  # else the read models are behind: there may be newer ones


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPage:
    """One page that waits for the answer of whoever replied."""

    code: str
    link: AckLink
    asked: Asked


async def pages_of(dependencies: CommandDependencies, number: str, now: datetime) -> Paged | None:
    """Return the pages that people with this number were sent; None: no people.

    Raises: LogUnavailable.
    """
    database, head = dependencies.database, await dependencies.log.head()
    are_all = await wait_for(database, (CONFIGURATION, DELIVERY_LOG), head, CATCH_UP_SECONDS)
    found: dict[tuple[PageId, ResponderId], PagedBy] = {}
    async with database.connection() as connection:
        people = await responders_at(connection, BY_PHONE, number)
        for person in people:
            chosen = DeliveryFilter(kind=PAGE, responder_id=person)
            part = await list_deliveries(connection, chosen, None, NEWEST)
            for row in part.rows:
                if row.page_id is None:
                    continue
                link = AckLink(
                    page_id=PageId(row.page_id),
                    delivery_id=DeliveryId(row.delivery_id),
                    responder_id=ResponderId(row.responder_id),
                    expires_at=row.intended_at + LINK_LIFETIME,
                )
                if now < link.expires_at:
                    paged = PagedBy(code=short_code(link.page_id), link=link)
                    found.setdefault((link.page_id, link.responder_id), paged)
    return Paged(pages=tuple(found.values()), are_all=are_all) if people else None


async def open_among(
    dependencies: CommandDependencies, pages: Iterable[PagedBy]
) -> tuple[OpenPage, ...]:
    """Return the pages that still ask, one of each incident; as the log has them now.

    Raises: LogUnavailable.
    """
    found: dict[str, OpenPage] = {}
    for page in list(pages)[:MOST_OPEN]:
        asked = await asked_by(dependencies, page.link)
        if asked.standing is Standing.ASKED:
            found.setdefault(asked.reference, OpenPage(code=page.code, link=page.link, asked=asked))
    return tuple(found.values())
