"""Ways to be reached as the settings show them: where each leads, and what went wrong on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from services.web.calls import Document

BROWSER: Final = "web_push"
GONE: Final = "subscription_gone"
FINISHED: Final = frozenset({"sent", "failed"})
WHY: Final = {
    GONE: "This browser is not subscribed any more. Remove it, and add it again in that browser.",
    "channel_not_configured": "This installation has not set this channel up.",
}


def ways_of(person: Document, deliveries: Sequence[Document]) -> list[dict[str, Any]]:
    """Return each way to reach a person, with what became of the newest message over it.

    What was sent before the person's ways were last changed may have gone over another one.
    """
    since = datetime.fromisoformat(person["changed_at"])
    newest: dict[tuple[int, str], Document] = {}
    for one in deliveries:  # newest first
        if one["state"] in FINISHED and datetime.fromisoformat(one["intended_at"]) >= since:
            newest.setdefault((one["address"], one["channel"]), one)
    return [
        {**way, **_shown(way), "trouble": trouble_of(newest.get((index, way["channel"])))}
        for index, way in enumerate(person["contact_methods"])
    ]


def _shown(way: Mapping[str, Any]) -> dict[str, Any]:
    """Return an address as people read it; that of a browser holds keys, and says nothing."""
    endpoint = endpoint_in(way["address"]) if way["channel"] == BROWSER else None
    if endpoint is None:
        return {"leads_to": way["address"] or "hidden", "endpoint": None}
    return {"leads_to": f"through {urlsplit(endpoint).hostname}", "endpoint": endpoint}


def endpoint_in(address: str | None) -> str | None:
    """Return where a browser's push service is, of the subscription that is its address."""
    try:
        found = msgspec.json.decode((address or "").encode())
    except msgspec.DecodeError:
        return None
    endpoint = found.get("endpoint") if isinstance(found, dict) else None
    return endpoint if isinstance(endpoint, str) else None


def number_of(person: Document, endpoint: str | None) -> int | None:
    """Return which of a person's ways is the browser with this endpoint; the first is 1."""
    for number, way in enumerate(person["contact_methods"], 1):
        if endpoint and way["channel"] == BROWSER and endpoint_in(way["address"]) == endpoint:
            return number
    return None


def trouble_of(newest: Document | None) -> dict[str, Any] | None:
    """Return what became of the newest message, if it failed."""
    if newest is None or newest["state"] != "failed":
        return None
    fault = str(newest["error"] or "")
    return {"at": newest["finished_at"], "words": words_of(fault), "gone": GONE in fault}


def words_of(fault: str) -> str:
    """Return a fault as a person reads it, or by its name where there is nothing to do."""
    return next((words for code, words in WHY.items() if code in fault), fault)
