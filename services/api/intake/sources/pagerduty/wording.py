"""PagerDuty's refusals: its senders log `errors`, repeat a 5xx, and give up at a 4xx.

Source: PagerDuty, Events API v2 OpenAPI description, `Error`; "Events API v2 overview".
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from services.api.problems.table import Wording

_INVALID: Final = {"status": "invalid event", "message": "Event object is invalid"}
_UNRECOGNIZED: Final = {
    "status": "Unrecognized object",
    "message": "Event object format is unrecognized",
}
_MISSING: Final = "Required."


def worded_with(key: str) -> Wording:
    """Return PagerDuty's wording, for the API that calls the integration's key so."""

    def worded(members: Mapping[str, Any]) -> tuple[HTTPStatus, Mapping[str, Any]]:
        status, detail = HTTPStatus(members["status"]), str(members.get("detail", ""))
        if members["code"] == "body-malformed":
            return status, {**_UNRECOGNIZED, "errors": ["JSON parse error", detail]}
        if status is HTTPStatus.UNAUTHORIZED:
            return HTTPStatus.BAD_REQUEST, {**_INVALID, "errors": [f"{key} unknown: {detail}"]}
        if status.is_client_error:
            wrong = [_wrong(one) for one in members.get("errors", ())] or [detail]
            mended = HTTPStatus.BAD_REQUEST if "errors" in members else status
            return mended, {**_INVALID, "errors": wrong}
        return status, {"status": "error", "message": members["title"], "errors": [detail]}

    return worded


def _wrong(one: Mapping[str, str]) -> str:
    field, reason = one["field"].removeprefix("body."), one["reason"]
    return f"'{field}' is missing or blank" if reason == _MISSING else f"'{field}': {reason}"
