"""First responder: you, on call on a new system, with one policy and one service to try out."""

from typing import Any, Final

import httpx

from services.stack.ports import HOST
from services.stack.stack import Stack

YOU: Final = "operator"  # a noun: sentences say "operator was paged"
EXAMPLE: Final = "example"
ESCALATION_TIMEOUT_SECONDS: Final = 300
CALL_SECONDS: Final = 10.0


async def put_you_on_call(stack: Stack, pages_port: int) -> None:
    """Define who is paged for the service `example`: you, at the terminal of `make up`.

    A system that has services is somebody's already, and is left as it is.
    Raises: httpx.HTTPError.
    """
    push = {"channel": "push", "address": f"http://{HOST}:{pages_port}/{YOU}"}
    definitions: list[tuple[str, dict[str, Any]]] = [
        (f"responders/{YOU}", {"name": "You", "contact_methods": [push]}),
        (
            f"escalation-policies/{YOU}",
            {
                "name": "You, for five minutes, twice",
                "levels": [
                    {
                        "targets": [{"responder_id": YOU}],
                        "escalation_timeout_seconds": ESCALATION_TIMEOUT_SECONDS,
                    }
                ],
                "repeats": 1,
            },
        ),
        (
            f"services/{EXAMPLE}",
            {"name": "A service to try out", "escalation_policy_id": YOU},
        ),
    ]
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    async with httpx.AsyncClient(
        base_url=f"{stack.api_url}/v1/", headers=headers, timeout=CALL_SECONDS, trust_env=False
    ) as http:
        known = (await http.get("services")).raise_for_status().json()
        if known["services"]:
            return
        for path, definition in definitions:
            (await http.put(path, json=definition)).raise_for_status()
