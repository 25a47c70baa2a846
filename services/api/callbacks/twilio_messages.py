"""Replies by text message: who replies is known by their number, what to by the page's code."""

from collections.abc import Sequence
from typing import Final

from fastapi import Request, Response
from twilio.twiml.messaging_response import MessagingResponse

from activities.integrations.twilio.account import TwilioAccount
from activities.integrations.twilio.callbacks import REPLIES
from activities.integrations.twilio.sms_text import how_to_answer
from events.errors import AckLinkInvalid
from events.incident.pages.answers import Standing
from services.api.callbacks.declining import declined
from services.api.callbacks.standing_words import UNAVAILABLE, standing_words
from services.api.callbacks.twilio_signature import signed_form
from services.api.dependencies import Dependencies, Deps
from services.api.faults import WORLD_FAULTS
from services.api.http.guard import api_router, public
from services.commanding.by_link.answers import acknowledge, actor_of, asked_by
from services.commanding.replying.paged import OpenPage, PagedBy, open_among, pages_of
from services.commanding.replying.reply import Reply, Wish, understood

XML: Final = "text/xml; charset=utf-8"
MOST_LISTED: Final = 5
NO_PAGE: Final = "No page waits for you. Nothing was changed."
BEHIND: Final = (
    "Not acknowledged: Tocsin does not know yet what it sent last. Escalation goes on."
    " Reply with the code of the message, or try again in a moment."
)
SIGNED: Final = public(
    "Twilio signs each call, and the sender's number is known", ignores_body=True
)

router = api_router("callbacks")


@router.post(REPLIES, dependencies=[SIGNED], include_in_schema=False)
async def take_reply(request: Request, dependencies: Deps) -> Response:
    """Take a text message as the answer to a page, and say how the page stands.

    A number that is nobody's, or that was forgotten with its person, gets no answer.
    """
    form = await signed_form(request, TwilioAccount())
    reply = understood(form.get("Body", ""))
    if reply.wish is Wish.NOTHING or form.get("OptOutType"):
        return _message("")
    try:
        return _message(await _answered(request, dependencies, form.get("From", ""), reply))
    except WORLD_FAULTS as fault:
        request.state.fault = type(fault).__name__
        return _message(UNAVAILABLE)


async def _answered(request: Request, dependencies: Dependencies, number: str, reply: Reply) -> str:
    paged = await pages_of(dependencies, number, dependencies.clock())
    if paged is None:
        return ""
    pages = paged.pages
    named = pages if reply.code is None else [one for one in pages if one.code == reply.code]
    if not paged.are_all and (reply.code is None or not named):
        return BEHIND
    if reply.wish is Wish.UNCLEAR:
        return await _help(dependencies, pages)
    if reply.code is not None and not named:
        return f"{reply.code} is no page of yours. {await _help(dependencies, pages)}"
    return await _taken(request, dependencies, named, reply)


async def _taken(
    request: Request, dependencies: Dependencies, named: Sequence[PagedBy], reply: Reply
) -> str:
    """Return what becomes of an answer to these pages; where several still ask, of none."""
    open_pages = await open_among(dependencies, named)
    if len(open_pages) > 1:
        return _how_to_answer(open_pages)
    if open_pages:
        request.state.principal = actor_of(open_pages[0].link).principal
        return await _given(dependencies, open_pages[0], reply)
    return await _over(dependencies, named) if reply.code is not None else NO_PAGE


async def _given(dependencies: Dependencies, page: OpenPage, reply: Reply) -> str:
    """Return how the page stands after the answer."""
    if reply.wish is Wish.DECLINE:
        return await declined(dependencies, page.link, page.asked, via="sms")
    await acknowledge(dependencies, page.link)
    return standing_words(await asked_by(dependencies, page.link))


async def _over(dependencies: Dependencies, pages: Sequence[PagedBy]) -> str:
    """Return how a page stands that asks nothing any more; nothing is changed."""
    for page in pages:
        try:
            asked = await asked_by(dependencies, page.link)
        except AckLinkInvalid:
            continue
        if asked.standing is Standing.WITHDRAWN:  # nothing of it may be shown: a refusal is kept
            await acknowledge(dependencies, page.link)
        return standing_words(asked)
    return NO_PAGE


async def _help(dependencies: Dependencies, pages: tuple[PagedBy, ...]) -> str:
    return _how_to_answer(await open_among(dependencies, pages))


def _how_to_answer(pages: tuple[OpenPage, ...]) -> str:
    """Return what somebody can reply, with the code of each page that waits."""
    if not pages:
        return NO_PAGE
    listed = [f"{one.code} {one.asked.reference}: {one.asked.title[:60]}" for one in pages]
    more = [f"and {len(listed) - MOST_LISTED} more"] if len(listed) > MOST_LISTED else []
    how = how_to_answer(pages[0].code)
    return "\n".join([f"Nothing was changed. {how}", *listed[:MOST_LISTED], *more])


def _message(text: str) -> Response:
    answer = MessagingResponse()
    if text:
        answer.message(text)
    return Response(str(answer), media_type=XML)
