"""Twilio's HTTP interface, as far as messages and calls need it.

Source: Twilio API description 2010-04-01 (twilio/twilio-oai). It knows no idempotency key.
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, Literal
from urllib.parse import urlencode

from activities.delivery.faults import DeliveryRefused
from activities.delivery.outbound import Answer, Outbound
from activities.integrations.http_answers import NOT_PROCESSED, require_accepted
from activities.integrations.twilio.account import TwilioAccount

NEWEST: Final = 20  # messages to one number that are looked at; more than one person gets at once
FAILED: Final = frozenset({"failed", "undelivered", "canceled"})
_SID: Final = re.compile(r"(?:SM|MM|CA)[0-9a-fA-F]{32}")

type Resource = Literal["Messages", "Calls"]
type Form = Iterable[tuple[str, str]]


class TwilioApi:
    """One account's messages and calls. Every request is sent once."""

    def __init__(self, account: TwilioAccount, outbound: Outbound) -> None:
        self._account = account
        self._outbound = outbound

    async def create(self, resource: Resource, form: Form) -> str | None:
        """Create a message or a call and return its sid.

        Raises: DeliveryRefused, DeliveryDeferred, ProviderUnreachable, OutcomeUnknown.
        """
        headers = {**self._headers(), "content-type": "application/x-www-form-urlencoded"}
        answer = await self._outbound.post(
            self._account.resource(resource),
            headers=headers,
            body=urlencode(list(form)).encode("ascii"),
        )
        require_created(answer)
        return sid_in(read_json(answer.body))

    async def sent_message(self, to: str, mark: str) -> str | None:
        """Return the sid of a message to the number that has the mark in its text, if there is one.

        One that failed since is none. The list is asked for without a day: a message that waits
        at Twilio has no day yet.
        Raises: DeliveryFault.
        """
        query = urlencode({"To": to, "PageSize": NEWEST})
        url = f"{self._account.resource('Messages')}?{query}"
        answer = await self._outbound.get(url, headers=self._headers())
        require_accepted(answer)
        for message in read_json(answer.body).get("messages", ()):
            if (
                isinstance(message, dict)
                and mark in str(message.get("body", ""))
                and message.get("status") not in FAILED
            ):
                return sid_in(message)
        return None

    def _headers(self) -> dict[str, str]:
        user, password = self._account.credentials
        words = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        return {
            "authorization": f"Basic {words}",
            "accept": "application/json",
            "user-agent": "Tocsin",
        }


def require_created(answer: Answer) -> None:
    """Return if Twilio took the request; a refusal is named by Twilio's own number for it.

    Raises: DeliveryRefused, DeliveryDeferred, OutcomeUnknown.
    """
    status = answer.status
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and (
        status not in NOT_PROCESSED
    ):
        code = read_json(answer.body).get("code")
        if isinstance(code, int) and not isinstance(code, bool) and 0 < code < 1_000_000:  # noqa: PLR2004
            raise DeliveryRefused(f"twilio_{code}")
    require_accepted(answer)


def read_json(body: bytes) -> Mapping[str, Any]:
    """Return the object that an answer is, an empty one where it is none."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def sid_in(resource: Mapping[str, Any]) -> str | None:
    """Return Twilio's id of a message or a call."""
    sid = resource.get("sid")
    return sid if isinstance(sid, str) and _SID.fullmatch(sid) else None
