"""A Matrix homeserver with one account in one room, which remembers transactions."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.fakes.receiver import Reply, Request

ROOM = "!ops:example.org"
TOKEN = "syt_b3Bz_secret"


def refusal(status: int, code: str) -> Reply:
    return Reply(status=status, body=json.dumps({"errcode": code, "error": "No."}).encode())


@dataclass
class Homeserver:
    """Takes each transaction once; whoever sends it again gets the same event's id."""

    sent: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __call__(self, request: Request) -> Reply:
        path = request.target.split("/")
        expected = ["", "_matrix", "client", "v3", "rooms", ROOM, "send", "m.room.message"]
        assert request.method == "PUT"
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return refusal(401, "M_UNKNOWN_TOKEN")
        if [unquote(part) for part in path[:5]] != expected[:5] or len(path) != 9:
            return refusal(404, "M_UNRECOGNIZED")
        if unquote(path[5]) != ROOM:
            return refusal(403, "M_FORBIDDEN")
        assert path[6:8] == expected[6:8]
        self.sent.setdefault(path[8], request.json)
        number = list(self.sent).index(path[8])
        return Reply(body=json.dumps({"event_id": f"${number}"}).encode())
