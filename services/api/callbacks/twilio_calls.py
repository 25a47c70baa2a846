"""Keys pressed in a call: 1 acknowledges, 2 declines, 9 says it again.

The signed link says who was called.
"""

from typing import Final

from fastapi import Request, Response

from activities.integrations.twilio.account import TwilioAccount
from activities.integrations.twilio.call_script import asking, telling
from activities.integrations.twilio.callbacks import KEYS
from activities.page.ack_links import AckLink
from events.errors import AckLinkExpired, AckLinkInvalid
from events.incident.pages.answers import Standing
from services.api.callbacks.declining import declined
from services.api.callbacks.standing_words import UNAVAILABLE, standing_words
from services.api.callbacks.twilio_signature import signed_form
from services.api.dependencies import Dependencies, Deps
from services.api.faults import WORLD_FAULTS
from services.api.http.guard import api_router, public
from services.commanding.by_link.answers import Asked, acknowledge, actor_of, asked_by, link_in

ACKNOWLEDGE: Final = "1"
DECLINE: Final = "2"
XML: Final = "text/xml; charset=utf-8"
GOODBYE: Final = "Goodbye."
TOO_OLD: Final = "This page is too old to be answered here. Acknowledge the incident itself."
SIGNED: Final = public(
    "Twilio signs each call, and our link says who was called", ignores_body=True
)

router = api_router("callbacks")


@router.post(f"{KEYS}/{{token}}", dependencies=[SIGNED], include_in_schema=False)
async def take_key(request: Request, token: str, dependencies: Deps) -> Response:
    """Take a key as the answer to a page, and say how the page stands."""
    account = TwilioAccount()
    form = await signed_form(request, account)
    key = "" if is_machine(form.get("AnsweredBy", "")) else form.get("Digits", "")
    try:
        link = link_in(token, dependencies.settings.link_key, dependencies.clock())
        request.state.principal = actor_of(link).principal
        asked = await _stands(dependencies, link, key)
        if key == DECLINE and asked.standing is Standing.ASKED:
            said = await declined(dependencies, link, asked, via="voice")
            return _said(telling([said, GOODBYE]))
    except (AckLinkExpired, AckLinkInvalid):
        return _said(telling([TOO_OLD, GOODBYE]))
    except WORLD_FAULTS as fault:
        request.state.fault = type(fault).__name__
        return _said(asking([UNAVAILABLE], account.callback(f"{KEYS}/{token}")))
    if asked.standing is not Standing.ASKED:
        return _said(telling([standing_words(asked), GOODBYE]))
    severity = f"{asked.severity} " if asked.severity else ""
    return _said(
        asking(
            [f"{asked.asked}, you are paged.", f"{severity}{asked.reference}: {asked.title}"],
            account.callback(f"{KEYS}/{token}"),
        )
    )


async def _stands(dependencies: Dependencies, link: AckLink, key: str) -> Asked:
    """Return how the page stands, after the key; a refusal is kept as well."""
    asked = await asked_by(dependencies, link)
    if key != ACKNOWLEDGE or asked.standing not in {Standing.ASKED, Standing.WITHDRAWN}:
        return asked
    await acknowledge(dependencies, link)
    return await asked_by(dependencies, link)


def is_machine(answered_by: str) -> bool:
    """Say whether an answering machine or a fax took the call."""
    return answered_by.startswith(("machine", "fax"))


def _said(script: str) -> Response:
    return Response(script, media_type=XML)
