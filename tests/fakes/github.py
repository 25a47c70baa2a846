"""GitHub with one repository: issues that are created, listed, closed, renamed and deleted."""

import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.receiver import Reply, Request

PROJECT = "acme/checkout"
TOKEN = "github_pat_11AAAA"
SECRET = "e5f1c0a9b3d84726958a1c2e"
BEGAN = datetime(2026, 11, 29, 12, tzinfo=UTC)
SITE = "https://api.github.com"


def refusal(status: int, message: str, **headers: str) -> Reply:
    said = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    return Reply(status=status, headers=headers, body=json.dumps(said).encode())


@dataclass
class GitHub:
    """Takes what it is sent, a second time too: it knows no idempotency key."""

    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    now: datetime = BEGAN
    may_write: bool = True

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return refusal(401, "Bad credentials")
        if "user-agent" not in request.headers:
            return refusal(403, "Request forbidden by administrative rules.")
        url = urlsplit(request.target)
        home, _, number = url.path.partition("/issues")
        if home != f"/repos/{PROJECT}":
            return refusal(404, "Not Found")
        if request.method == "POST":
            return self.create(request.json)
        if number:
            return self.one(int(number.removeprefix("/")), request)
        return self.listed(parse_qs(url.query))

    def create(self, said: dict[str, Any]) -> Reply:
        if not self.may_write:
            return refusal(403, "Resource not accessible by personal access token")
        number = len(self.issues) + 1
        self.now += timedelta(seconds=1)
        api, page = f"{SITE}/repos/{PROJECT}", f"https://github.com/{PROJECT}"
        self.issues[number] = {
            "id": 1000 + number,
            "node_id": f"I_{number}",
            "url": f"{api}/issues/{number}",
            "repository_url": api,
            "labels_url": f"{api}/issues/{number}/labels{{/name}}",
            "comments_url": f"{api}/issues/{number}/comments",
            "events_url": f"{api}/issues/{number}/events",
            "html_url": f"{page}/issues/{number}",
            "number": number,
            "state": "open",
            "state_reason": None,
            "title": said["title"],
            "body": said.get("body"),
            "user": None,
            "labels": [],
            "assignee": None,
            "assignees": [],
            "milestone": None,
            "locked": False,
            "comments": 0,
            "closed_at": None,
            "created_at": stamp(self.now),
            "updated_at": stamp(self.now),
            "author_association": "MEMBER",
        }
        return Reply(status=201, body=json.dumps(self.issues[number]).encode())

    def one(self, number: int, request: Request) -> Reply:
        is_open = self.issues.get(number, {}).get("state") == "open"
        if request.method == "PATCH" and is_open:
            self.change(number, **request.json)
        return self.show(number)

    def show(self, number: int) -> Reply:
        issue = self.issues.get(number)
        if issue is None:
            return refusal(404, "Not Found")
        if issue.get("deleted"):
            return refusal(410, "This issue was deleted")
        return Reply(body=json.dumps(issue).encode())

    def listed(self, query: dict[str, list[str]]) -> Reply:
        since = datetime.fromisoformat(query["since"][0])
        size, page = int(query["per_page"][0]), int(query["page"][0])
        found = [
            one
            for _, one in sorted(self.issues.items(), reverse=True)
            if datetime.fromisoformat(one["updated_at"]) >= since and not one.get("deleted")
        ]
        return Reply(body=json.dumps(found[(page - 1) * size : page * size]).encode())

    def change(self, number: int, **changes: Any) -> dict[str, Any]:
        """Change an issue as people do, and return it as a webhook tells it."""
        self.now += timedelta(seconds=1)
        self.issues[number] |= {**changes, "updated_at": stamp(self.now)}
        return dict(self.issues[number])

    def close(self, number: int, reason: str | None) -> dict[str, Any]:
        return self.change(number, state="closed", state_reason=reason)


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def webhook(action: str, issue: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of a webhook, as GitHub signs it."""
    body = json.dumps({"action": action, "issue": issue, "repository": {"id": 1}}).encode()
    return body, {
        "content-type": "application/json",
        "x-github-event": "issues",
        "x-hub-signature-256": f"sha256={hmac.new(SECRET.encode(), body, sha256).hexdigest()}",
    }
