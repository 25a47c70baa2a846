"""Audit trail: who changed configuration and access, and who was refused, newest first."""

from collections.abc import Sequence
from typing import Final

from services.web.calls import Document, path_of
from services.web.page import page
from services.web.rendering import Screen
from services.web.visit import Visit

STEP: Final = 2_000  # positions of one part, as many as the API gives
WORK: Final = frozenset(
    {"incident", "page", "alert", "alert_group", "announcement", "change", "hand_off", "receipt"}
)
ACCESS: Final = (
    "account",
    "sighting",
    "api_key",
    "integration",
    "team",
    "responder",
    "feed",
    "subject",
)
PRIVACY: Final = ("incident.privacy", "incident.member")
KINDS: Final = (
    ("configuration", "Configuration and access"),
    ("access", "Access only"),
    ("work", "Incidents, pages and alerts"),
    ("all", "Everything"),
)
OUTCOMES: Final = (("accepted", "Done"), ("refused", "Refused"))


async def show(visit: Visit) -> Screen:
    """Show a part of the audit trail."""
    log = await visit.calls.get(path_of("audit", "log"))
    until = await newest_of(visit, int(log["position"]))
    after = max(0, until - STEP)
    chosen = {name: visit.query.get(name) for name in ("principal", "stream", "outcome")}
    kind = visit.query.get("kind") or "configuration"
    trail = await visit.calls.get(path_of("audit", "trail"), after=after, **chosen)
    deeds = [
        one
        for one in reversed(trail["deeds"])
        if int(one["position"]) <= until and is_of(one, "all" if chosen["stream"] else kind)
    ]
    return Screen(
        template="audit/trail.html",
        title="Audit",
        facts={
            "deeds": deeds,
            "chosen": chosen,
            "kind": kind,
            "kinds": KINDS,
            "outcomes": OUTCOMES,
            "first": after + 1,
            "last": until,
            "log": log,
            "older": after or None,
            "principals": principals_in(deeds),
            "who": await visit.who({"names": await machine_names(visit)}),
        },
    )


async def machine_names(visit: Visit) -> dict[str, str]:
    """Return the names of API keys and integrations, by principal."""
    keys = await visit.calls.get(path_of("api-keys"))
    senders = await visit.calls.get(path_of("integrations"))
    named = {f"api_key:{one['api_key_id']}": f"key {one['name']}" for one in keys["api_keys"]}
    for one in senders["integrations"]:
        named[f"integration:{one['integration_id']}"] = one["name"]
    return named


async def newest_of(visit: Visit, head: int) -> int:
    """Return the position up to which the trail is shown: asked for, then, or now."""
    if visit.as_of:
        answer = await visit.calls.fetch(path_of("teams"), as_of=visit.as_of)
        return int(answer.headers.get("Tocsin-Position", head))
    asked = visit.query.get("until", "")
    return min(head, int(asked)) if asked.isdecimal() and asked.isascii() else head


def is_of(deed: Document, kind: str) -> bool:
    """Say whether a deed is of a kind."""
    stream = deed["stream"] if deed["outcome"] == "accepted" else deed["target"]
    noun = stream.removeprefix("/v1/").partition("-")[0]
    private = deed.get("type", "").startswith(PRIVACY)
    if kind == "work":
        return noun in WORK
    if kind == "access":
        return noun in ACCESS or private
    return kind == "all" or noun not in WORK or private


def principals_in(deeds: Sequence[Document]) -> list[str]:
    """Return who did something, each once."""
    return sorted({one["principal"] for one in deeds})


ROUTES = (page("/audit", show),)
