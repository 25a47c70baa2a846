"""Jira with one project: issues that are created, found once they are indexed, and resolved."""

import hmac
import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.receiver import Reply, Request

PROJECT = "OPS"
ACCOUNT, TOKEN = "ops@example.com", "ATATT3xFfGF0"
SECRET = "0f9e8d7c6b5a49382716a5b4"
BEGAN = datetime(2026, 11, 29, 12, tzinfo=UTC)
SITE = "https://your-domain.atlassian.net"
LABEL = re.compile(r'labels = "([^"]+)"')


def refusal(status: int, *messages: str, **headers: str) -> Reply:
    said = {"errorMessages": list(messages), "errors": {}}
    return Reply(status=status, headers=headers, body=json.dumps(said).encode())


@dataclass
class Jira:
    """Takes what it is sent, a second time too; a search finds what is new only after a while."""

    issues: dict[str, dict[str, Any]] = field(default_factory=dict)  # by key
    now: datetime = BEGAN
    unindexed: set[str] = field(default_factory=set)  # what no search finds yet
    slow_index: bool = False
    visible: bool = True
    types: tuple[str, ...] = ("Epic", "Task")  # that may be created
    has_due_date: bool = True  # on its screens
    resolutions: tuple[str, ...] | None = ("Won't Do", "Done")  # None: no screen asks for one

    def __call__(self, request: Request) -> Reply:
        pair = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {pair}":
            return refusal(401, "Client must be authenticated to access this resource.")
        path = urlsplit(request.target).path.removeprefix("/rest/api/3")
        if path == "/issue":
            return self.create(request.json["fields"])
        if path == "/search/jql":
            return self.search(request.json)
        if path.endswith("/transitions"):
            key = path.removeprefix("/issue/").removesuffix("/transitions")
            return self.ways(key, request)
        return self.one(path.removeprefix("/issue/"), request)

    def create(self, fields: dict[str, Any]) -> Reply:
        if fields["project"]["key"] != PROJECT or not self.visible:
            return refusal(400, "project is required")
        number = len(self.issues) + 1
        key = f"{PROJECT}-{number}"
        self.now += timedelta(seconds=1)
        self.issues[key] = {
            "id": str(10_000 + number),
            "key": key,
            "self": f"{SITE}/rest/api/3/issue/{10_000 + number}",
            "fields": {
                "summary": fields["summary"],
                "labels": fields.get("labels", []),
                "status": {"name": "To Do", "statusCategory": {"key": "new"}},
                "resolution": None,
                "description": fields.get("description"),
                "duedate": None,
                "updated": stamp(self.now),
            },
        }
        if self.slow_index:
            self.unindexed.add(key)
        issue = {name: self.issues[key][name] for name in ("id", "key", "self")}
        return Reply(status=201, body=json.dumps(issue).encode())

    def search(self, said: dict[str, Any]) -> Reply:
        if not self.visible:
            return refusal(400, f"The value '{PROJECT}' does not exist for the field 'project'.")
        named = LABEL.search(said["jql"])
        found = [
            {"id": one["id"], "key": key, "self": one["self"], "fields": {}}
            for key, one in self.issues.items()
            if key not in self.unindexed and (named is None or named[1] in one["fields"]["labels"])
        ]
        self.unindexed.clear()  # the next one finds it
        answer = {"issues": found[: said["maxResults"]], "isLast": True}
        return Reply(body=json.dumps(answer).encode())

    def ways(self, key: str, request: Request) -> Reply:
        if request.method == "POST":
            named = request.json.get("fields", {}).get("resolution", {}).get("name")
            if request.json["transition"]["id"] != "41":
                return refusal(400, "It seems that you have tried to perform an illegal operation")
            self.resolve(key, named or "Done")  # as the workflow does by itself
            return Reply(status=204)
        values = [{"id": str(n), "name": one} for n, one in enumerate(self.resolutions or ())]
        asked = {} if self.resolutions is None else {"resolution": {"allowedValues": values}}
        ways = [
            {"id": "21", "name": "Start", "to": status("indeterminate"), "fields": {}},
            {"id": "41", "name": "Done", "to": status("done"), "fields": asked},
        ]
        return Reply(body=json.dumps({"transitions": ways}).encode())

    def one(self, key: str, request: Request) -> Reply:
        if key.startswith("createmeta/"):
            return self.creatable(key)
        if request.method == "PUT" and key in self.issues and self.visible:
            return self.edit(key, request.json["fields"])
        return self.show(key)

    def creatable(self, path: str) -> Reply:
        if not self.visible or path != f"createmeta/{PROJECT}/issuetypes":
            return refusal(404, "No project could be found.")
        types = [{"id": str(n), "name": one} for n, one in enumerate(self.types)]
        said = {"issueTypes": types, "maxResults": 200, "startAt": 0, "total": len(types)}
        return Reply(body=json.dumps(said).encode())

    def edit(self, key: str, fields: dict[str, Any]) -> Reply:
        if "duedate" in fields and not self.has_due_date:
            return refusal(400, "Field 'duedate' cannot be set. It is not on the screen.")
        self.change(key, **fields)
        return Reply(status=204)

    def show(self, key: str) -> Reply:
        issue = self.issues.get(key) if self.visible else None
        if issue is None:
            return refusal(404, "Issue does not exist or you do not have permission to see it.")
        return Reply(body=json.dumps(issue).encode())

    def change(self, key: str, **fields: Any) -> dict[str, Any]:
        """Change an issue as people do, and return it as a webhook tells it."""
        self.now += timedelta(seconds=1)
        self.issues[key]["fields"] |= {**fields, "updated": stamp(self.now)}
        return json_copy(self.issues[key])

    def resolve(self, key: str, resolution: str | None) -> dict[str, Any]:
        status = {"name": "Done", "statusCategory": {"key": "done"}}
        return self.change(key, status=status, resolution=resolution and {"name": resolution})


def status(category: str) -> dict[str, Any]:
    return {"name": category.title(), "statusCategory": {"key": category}}


def json_copy(said: dict[str, Any]) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(said))
    return copy


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000+0000"


def webhook(event: str, issue: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of a webhook, as Jira signs it."""
    body = json.dumps({"timestamp": 1, "webhookEvent": event, "issue": issue}).encode()
    return body, {
        "content-type": "application/json",
        "x-hub-signature": f"sha256={hmac.new(SECRET.encode(), body, sha256).hexdigest()}",
    }
