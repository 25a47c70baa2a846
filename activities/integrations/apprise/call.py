"""Apprise call: one message by one Apprise URL, in a process of its own.

Apprise sends with `requests` and tells only whether it worked. Here it is told what it may reach,
and watched: the report says what an attempt has to know. Order and report are a line of JSON each.
"""

import importlib
import json
import logging
import sys
from collections.abc import Callable
from typing import Any

import requests
from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType, PersistentStoreMode
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError

from activities.integrations.apprise.guard import Guard

BEFORE_ANY_BYTE = (ConnectTimeoutError, NewConnectionError, SSLError)

type Send = Callable[..., requests.Response]


class Watch:
    """What happens on the line, request by request."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.trouble = ""  # of the last request: connect, timeout, lost

    def over(self, send: Send) -> Send:
        """Return what sends as `send` does, and takes note of how it ends."""

        def watched(*args: Any, **kwargs: Any) -> requests.Response:
            self.trouble = "lost"
            try:
                answer = send(*args, **kwargs)
            except requests.RequestException as fault:
                self.trouble = _trouble(fault)
                raise
            self.trouble = ""
            wait = answer.headers.get("retry-after")
            self.answers.append({"status": answer.status_code, "retry_after": wait})
            return answer

        return watched


def _trouble(fault: requests.RequestException) -> str:
    reason = getattr(fault.args[0], "reason", None) if fault.args else None
    if isinstance(reason, BEFORE_ANY_BYTE):
        return "connect"
    return "timeout" if isinstance(fault, requests.Timeout) else "lost"


def plugin_of(order: dict[str, Any], asset: AppriseAsset) -> Any:
    """Return what Apprise makes of the URL, None where it makes nothing of it."""
    module = importlib.import_module(f"apprise.plugins.{order['module']}")
    found = getattr(module, order["class_name"])
    try:
        results = found.parse_url(order["url"])
        plugin = found(**{**results, "asset": asset}) if results else None
    except (TypeError, ValueError, OSError):
        return None
    if plugin is not None:
        # A second attempt is ours to make and to mark, and what fails has failed.
        plugin.retry, plugin.optional = 0, False
        plugin.verify_certificate = plugin.verify_certificate or not order["allow_private"]
    return plugin


def carried_out(order: dict[str, Any]) -> dict[str, Any]:
    """Send what is ordered, or without a message only look at the URL, and return the report."""
    asset = AppriseAsset(storage_mode=PersistentStoreMode.MEMORY, async_mode=False)
    watch, guard = Watch(), Guard(allow_private=order["allow_private"])
    HTTPAdapter.send = watch.over(HTTPAdapter.send)  # type: ignore[method-assign]
    requests.Session.get_redirect_target = lambda *_: None  # type: ignore[method-assign]
    guard.close()
    plugin = plugin_of(order, asset)
    if plugin is None or order["message"] is None:
        return {"known": plugin is not None}
    said = order["message"]
    apprise = Apprise(asset=asset)
    apprise.add(plugin)
    taken = apprise.notify(
        title=said["title"],
        body=said["body"],
        notify_type=NotifyType(said["type"]),
        body_format=NotifyFormat.TEXT,
    )
    return {
        "known": True,
        "taken": bool(taken),
        "answers": watch.answers,
        "trouble": watch.trouble,
        "address_blocked": guard.address_blocked,
    }


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # Apprise's lines hold parts of the URL
    sys.stdout.write(f"\n{json.dumps(carried_out(json.loads(sys.stdin.readline())))}\n")
