"""Webhooks of issue trackers: what GitHub or Jira says of an issue, if the tracker signed it."""

import hmac
import json
from contextlib import suppress
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid5

from fastapi import Request, Response

from activities.tracking.keeping import tracker_of
from activities.tracking.tracker import Tracker, tracker_types
from events.action_item.commands import TakeIssueReport
from events.action_item.decide import AGGREGATE, action_item_decider
from events.action_item.refusals import ActionItemNotFound
from events.configuration.tracker import TrackerDefined, TrackerId
from events.handle import handle
from events.ids import TOCSIN
from events.log.recorded import Metadata
from events.values.personal import ERASED
from services.api.dependencies import Deps
from services.api.http.bodies import read_body
from services.api.http.formats import Name
from services.api.http.guard import api_router, public
from services.request_refusals import NotAuthenticated, RequestMalformed

LONGEST_BODY: Final = 2 * 1024 * 1024  # bytes: a whole issue is in it, with its text
BEFORE: Final = "sha256="
REFUSED: Final = (
    "Only a tracker that is set up here calls this address, with a signature under its signing"
    " secret."
)
SIGNED: Final = public("The tracker signs each of its webhooks", ignores_body=True)

router = api_router("callbacks")


@router.post("/trackers/{tracker_id}", dependencies=[SIGNED], include_in_schema=False)
async def take_issue_webhook(request: Request, tracker_id: Name, dependencies: Deps) -> Response:
    """Take over what a tracker says of an issue that is an action item; all else is passed over."""
    log, at = dependencies.log, dependencies.clock()
    body = await read_body(request, LONGEST_BODY)
    known = await tracker_of(log, TrackerId(tracker_id))
    if known is None:
        raise NotAuthenticated(REFUSED)
    vendor = tracker_types()[known.vendor]
    require_signed(known, vendor, request.headers.get(vendor.SIGNATURE, ""), body)
    news = vendor.news_in(request.headers, said_in(body), at)
    if news is not None:
        digest = sha256(known.tracker_id.encode() + body)
        with suppress(ActionItemNotFound):  # somebody copied a mark
            await handle(
                log,
                action_item_decider,
                AGGREGATE.stream(news.action_item_id),
                TakeIssueReport(tracker_id=known.tracker_id, report=news.report, at=at),
                command_id=uuid5(TOCSIN, f"issue_webhook:{digest.hexdigest()}"),
                request_digest=digest.digest(),
                metadata=Metadata(principal=f"tracker:{known.tracker_id}", via="webhook"),
            )
    return Response(status_code=HTTPStatus.NO_CONTENT)


def require_signed(known: TrackerDefined, vendor: type[Tracker], sent: str, body: bytes) -> None:
    """Return if the tracker signed the body.

    Raises: NotAuthenticated.
    """
    secret = known.signing_secret
    if not secret or secret == ERASED or not sent.startswith(BEFORE):
        raise NotAuthenticated(REFUSED)
    expected = hmac.new(secret.encode(), body, sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), sent.removeprefix(BEFORE).lower().encode()):
        raise NotAuthenticated(f"{REFUSED} {vendor.SIGNATURE} is not that of this body.")


def said_in(body: bytes) -> dict[str, Any]:
    """Return the JSON object that the body is.

    Raises: RequestMalformed.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise RequestMalformed("Send JSON: choose application/json as the content type.") from None
    if not isinstance(said, dict):
        raise RequestMalformed("Send a JSON object.")
    return said
