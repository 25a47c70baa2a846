"""Receipts from Twilio: what became of a text message or a call."""

import re
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Request, Response

from activities.integrations.twilio.account import TwilioAccount
from activities.integrations.twilio.callbacks import RECEIPTS
from events.delivery.events import Delivery
from events.ids import DeliveryId
from events.receipt.commands import ReceiptCommand, RecordDelivered, RecordUndelivered
from events.receipt.decide import DeliveryNotFound
from services.api.callbacks.twilio_calls import is_machine
from services.api.callbacks.twilio_signature import signed_form
from services.api.dependencies import Deps
from services.api.http.guard import api_router, public
from services.commanding.replying.receipts import keep, message_of

# What is not here is on its way: queued, sent, ringing, in-progress.
ARRIVED: Final = frozenset({"delivered", "read", "completed"})
LOST: Final = frozenset({"undelivered", "failed", "busy", "no-answer", "canceled"})
ANSWERING_MACHINE: Final = "answering_machine"
SIGNED: Final = public("Twilio signs each receipt", ignores_body=True)
_ERROR_CODE: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
_SID: Final = re.compile(r"(?:SM|MM|CA)[0-9a-fA-F]{32}")

router = api_router("callbacks")


@router.post(
    f"{RECEIPTS}/{{ledger}}/{{delivery_id}}", dependencies=[SIGNED], include_in_schema=False
)
async def take_receipt(
    request: Request,
    ledger: Annotated[str, Path(max_length=100)],
    delivery_id: Annotated[str, Path(max_length=36)],
    dependencies: Deps,
) -> Response:
    """Keep a receipt; one of a message that was not sent from here is refused."""
    form = await signed_form(request, TwilioAccount())
    message = None
    if (named := _uuid(delivery_id)) is not None:
        message = await message_of(dependencies.log, ledger, DeliveryId(named))
    if message is None:
        raise DeliveryNotFound(f"No message {delivery_id[:36]} was sent from {ledger[:60]}.")
    command = said_of(message.delivery, form, dependencies.clock())
    if command is not None:
        await keep(dependencies.log, message, command)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def said_of(delivery: Delivery, form: dict[str, str], at: datetime) -> ReceiptCommand | None:
    """Return what a receipt says of the message, None where that is not final."""
    status = form.get("MessageStatus") or form.get("CallStatus", "")
    sid = form.get("MessageSid") or form.get("CallSid", "")
    if not _SID.fullmatch(sid):
        return None
    if is_machine(form.get("AnsweredBy", "")):
        error = ANSWERING_MACHINE
    elif status in ARRIVED:
        return RecordDelivered(delivery=delivery, provider_id=sid, at=at)
    elif status in LOST:
        code = form.get("ErrorCode", "")
        known = _ERROR_CODE.fullmatch(code) is not None and code != "0"
        error = f"twilio_{code}" if known else status.replace("-", "_")
    else:
        return None
    return RecordUndelivered(delivery=delivery, provider_id=sid, error=error, at=at)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
