"""Twilio's signature: a callback counts only if Twilio itself signed it for this installation.

Source: Twilio, "Webhooks security". The signature covers the URL as Twilio called it; behind a
proxy that is not what we are called with, so the public URL of the settings stands in.
"""

from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request
from twilio.request_validator import RequestValidator

from activities.integrations.twilio.account import TwilioAccount
from services.api.http.bodies import read_body
from services.request_refusals import NotAuthenticated

LONGEST_BODY: Final = 64 * 1024  # bytes
MOST_FIELDS: Final = 200
SIGNATURE: Final = "x-twilio-signature"
REFUSED: Final = "Only Twilio calls this address, with a signature of its own."


async def signed_form(request: Request, account: TwilioAccount) -> dict[str, str]:
    """Return the fields of a genuine callback; whatever is wrong with another, it is not shown.

    Raises: NotAuthenticated, BodyTooLarge, RequestTooSlow, RequestMalformed.
    """
    body = await read_body(request, LONGEST_BODY)
    form = _fields(body)
    path = request.scope.get("raw_path", b"").decode("latin-1")
    query = request.scope.get("query_string", b"").decode("latin-1")
    url = account.callback(path) + (f"?{query}" if query else "")
    signature = request.headers.get(SIGNATURE, "")
    if form is None or not _is_genuine(account, url, form, signature):
        raise NotAuthenticated(REFUSED)
    if form.get("AccountSid") != account.twilio_account_sid:
        raise NotAuthenticated(REFUSED)
    return form


def _fields(body: bytes) -> dict[str, str] | None:
    """Return the form's fields, None where one is there twice: Twilio sends none so."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return None
    form = dict(pairs)
    return form if len(form) == len(pairs) else None


def _is_genuine(account: TwilioAccount, url: str, form: dict[str, str], signature: str) -> bool:
    """Say whether one of the account's tokens signed this; a verifier that breaks says no."""
    for token in account.auth_tokens:
        try:
            if RequestValidator(token).validate(url, form, signature):
                return True
        except Exception:  # noqa: BLE001  whatever the library makes of garbage
            return False
    return False
