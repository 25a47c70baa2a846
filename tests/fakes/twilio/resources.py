"""Messages and calls as Twilio's fake holds and shows them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

API_VERSION = "2010-04-01"


def _now() -> str:
    return format_datetime(datetime.now(UTC))


@dataclass(slots=True, kw_only=True)
class SentMessage:
    """A text message that the fake has taken."""

    sid: str
    account_sid: str
    to: str
    sender: str | None
    service: str | None
    body: str
    status_callback: str | None
    status: str = "queued"
    error_code: int | None = None
    date_created: str = field(default_factory=_now)

    @property
    def view(self) -> dict[str, Any]:
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": self.date_created,
            "date_sent": None,
            "date_updated": self.date_created,
            "direction": "outbound-api",
            "error_code": self.error_code,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {},  # Twilio lists its own paths here; its description names none
            "to": self.to,
            "uri": f"{uri}.json",
        }


@dataclass(slots=True, kw_only=True)
class BegunCall:
    """A phone call that the fake has begun."""

    sid: str
    account_sid: str
    to: str
    sender: str
    twiml: str
    status_callback: str | None
    asks_for_machines: bool
    status: str = "queued"
    answered_by: str | None = None
    date_created: str = field(default_factory=_now)

    @property
    def view(self) -> dict[str, Any]:
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.sid}"
        return {
            "account_sid": self.account_sid,
            "answered_by": self.answered_by,
            "api_version": API_VERSION,
            "caller_name": None,
            "date_created": self.date_created,
            "date_updated": self.date_created,
            "direction": "outbound-api",
            "duration": None,
            "end_time": None,
            "forwarded_from": None,
            "from": self.sender,
            "from_formatted": self.sender,
            "group_sid": None,
            "parent_call_sid": None,
            "phone_number_sid": None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": self.sid,
            "start_time": None,
            "status": self.status,
            "subresource_uris": {},
            "to": self.to,
            "to_formatted": self.to,
            "trunk_sid": None,
            "uri": f"{uri}.json",
        }
