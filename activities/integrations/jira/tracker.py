"""Issues in Jira Cloud.

Source: Jira Cloud platform REST API v3: issues, search by JQL; webhooks, "Secure admin webhooks".
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from activities.delivery.faults import DeliveryRefused, OutcomeUnknown
from activities.integrations.bearer_token import bearer
from activities.integrations.http_answers import json_in, require_accepted
from activities.tracking.tracker import LONGEST_ANSWER, Draft, Issue, IssueNews, Tracker, item_in
from events.action_item.issue import IssueReport, IssueStatus
from events.configuration.tracker import TrackerVendor
from events.ids import ActionItemId

MARK: Final = "tocsin-"  # begins the label
FIELDS: Final = "summary,status,resolution,updated,labels"
DUE: Final = re.compile(r"^, due on \d{4}-\d{2}-\d{2}\.")
DONE: Final = "done"  # category of the status
DONE_RESOLUTIONS: Final = {"done", "fixed"}
GONE: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
ISSUE_TYPE: Final = "Task"
MOST_TYPES: Final = 200  # that one page has
NO_SUCH_FIELD: Final = "http_400"  # among other things


class JiraTracker(Tracker):
    """Issues of one project; the mark is a label."""

    VENDOR = TrackerVendor.JIRA
    SIGNATURE = "x-hub-signature"

    async def try_out(self, at: datetime) -> None:  # noqa: ARG002  no page of it has a date
        """Return if the account may create issues of the type in the project."""
        url = f"{self._api}/issue/createmeta/{quote(self._known.project, safe='')}/issuetypes"
        answer = await self._outbound.get(
            f"{url}?maxResults={MOST_TYPES}", headers=self._headers, longest=LONGEST_ANSWER
        )
        require_accepted(answer)
        named = [one.get("name") for one in _members(json_in(answer.body), "issueTypes")]
        if (self._known.issue_type or ISSUE_TYPE) not in named:
            raise DeliveryRefused("no_issue_type")

    async def found(self, draft: Draft) -> Issue | None:
        """Return the issue that bears the label. What is seconds old may not be found yet."""
        issues = await self._searched(f' AND labels = "{mark_of(draft.action_item_id)}"')
        return self._issue(issues[0]) if issues else None

    async def create(self, draft: Draft) -> Issue:
        """Create the issue once, and return it."""
        fields = {
            "project": {"key": self._known.project},
            "issuetype": {"name": self._known.issue_type or ISSUE_TYPE},
            "summary": draft.text,
            "description": _document(draft),
            "labels": [mark_of(draft.action_item_id)],
        }
        answer = await self._outbound.post(
            f"{self._api}/issue",
            headers=self._headers,
            body=json.dumps({"fields": fields}).encode(),
        )
        require_accepted(answer)
        return self._issue(json_in(answer.body))

    async def look(self, key: str, at: datetime) -> IssueReport:
        """Return how an issue stands now."""
        url = f"{self._api}/issue/{quote(key, safe='')}?fields={quote(FIELDS)}"
        answer = await self._outbound.get(url, headers=self._headers, longest=LONGEST_ANSWER)
        if answer.status in GONE:  # also what a token without the right is told
            await self._searched("")
            return _missing(key, at)
        require_accepted(answer)
        report = report_in(json_in(answer.body))
        if report is None:
            raise OutcomeUnknown("answer_unreadable", answered=True)
        return report

    async def tell_due(self, key: str, due_on: date) -> None:
        """Set the field, and write the date into the description where that names it.

        A project whose screens have no due date has it in the description alone.
        """
        url = f"{self._api}/issue/{quote(key, safe='')}"
        answer = await self._outbound.get(
            f"{url}?fields=description", headers=self._headers, longest=LONGEST_ANSWER
        )
        require_accepted(answer)
        said = _member(json_in(answer.body), "fields").get("description")
        document = dated(said, due_on)
        written = {} if document is None or document == said else {"description": document}
        try:
            await self._change(url, {"duedate": due_on.isoformat(), **written})
        except DeliveryRefused as refused:
            if refused.code != NO_SUCH_FIELD or document is None:
                raise
            if written:
                await self._change(url, written)

    async def _change(self, url: str, fields: Mapping[str, Any]) -> None:
        body = json.dumps({"fields": fields}).encode()
        require_accepted(await self._outbound.put(url, headers=self._headers, body=body))

    async def close(self, key: str, *, done: bool) -> None:
        """Take the first transition that ends it, with a resolution that says how it ended."""
        url = f"{self._api}/issue/{quote(key, safe='')}/transitions"
        answer = await self._outbound.get(
            f"{url}?expand=transitions.fields", headers=self._headers, longest=LONGEST_ANSWER
        )
        require_accepted(answer)
        ways = json_in(answer.body).get("transitions")
        body = transition_in(ways if isinstance(ways, list) else [], done=done)
        if body is None:
            raise DeliveryRefused("no_transition")
        taken = await self._outbound.post(
            url, headers=self._headers, body=json.dumps(body).encode()
        )
        require_accepted(taken)

    @classmethod
    def news_in(
        cls,
        headers: Mapping[str, str],  # noqa: ARG003  the body says what it tells
        body: Mapping[str, object],
        at: datetime,
    ) -> IssueNews | None:
        """Return what a webhook about an issue tells, if a label of it is a mark."""
        issue = body.get("issue")
        if not isinstance(issue, dict):
            return None
        item_id, report = marked(issue), report_in(issue)
        if item_id is None or report is None:
            return None
        if body.get("webhookEvent") == "jira:issue_deleted":
            report = _missing(report.key, at)
        return IssueNews(action_item_id=item_id, report=report)

    async def _searched(self, narrowed: str) -> list[dict[str, Any]]:
        """Return the first issue of the project that the query finds.

        Raises: DeliveryFault, also if the project cannot be seen.
        """
        jql = f'project = "{self._known.project}"{narrowed}'
        body = json.dumps({"jql": jql, "fields": ["summary"], "maxResults": 1}).encode()
        url = f"{self._api}/search/jql"
        answer = await self._outbound.post(url, headers=self._headers, body=body)
        require_accepted(answer)
        issues = json_in(answer.body).get("issues")
        return [one for one in issues if isinstance(one, dict)] if isinstance(issues, list) else []

    def _issue(self, said: Mapping[str, Any]) -> Issue:
        key = said.get("key")
        if not isinstance(key, str):
            raise OutcomeUnknown("answer_unreadable", answered=True)
        return Issue(key=key, url=f"{self._known.site}/browse/{key}")

    @property
    def _api(self) -> str:
        return f"{self._known.site}/rest/api/3"

    @property
    def _headers(self) -> dict[str, str]:
        if not self._known.account:
            raise DeliveryRefused("account_missing")
        pair = f"{self._known.account}:{bearer(self._known.token)}"
        return {
            "accept": "application/json",
            "authorization": f"Basic {b64encode(pair.encode()).decode()}",
            "content-type": "application/json",
        }


def mark_of(action_item_id: ActionItemId) -> str:
    """Return the label by which an action item's issue is found."""
    return f"{MARK}{action_item_id}"


def marked(issue: Mapping[str, Any]) -> ActionItemId | None:
    """Return the action item whose label an issue bears, None if it bears none."""
    labels = _member(issue, "fields").get("labels")
    texts = [one for one in labels if isinstance(one, str)] if isinstance(labels, list) else []
    found = (item_in(one.removeprefix(MARK)) for one in texts if one.startswith(MARK))
    return next((one for one in found if one is not None), None)


def report_in(issue: Mapping[str, Any]) -> IssueReport | None:
    """Return what Jira says of an issue, None where it says too little."""
    key, fields = issue.get("key"), _member(issue, "fields")
    changed_at = _instant(fields.get("updated"))
    if not isinstance(key, str) or changed_at is None:
        return None
    summary = fields.get("summary")
    text = summary if isinstance(summary, str) else None
    return IssueReport(key=key, status=_status(fields), text=text, changed_at=changed_at)


def transition_in(ways: Sequence[Any], *, done: bool) -> dict[str, Any] | None:
    """Return what ends an issue, None if nothing says it as it is.

    What was done may be closed with no resolution: the workflow often sets it. What will not be
    done needs one that says so: else Jira would say that it was done.
    """
    ends = [
        one
        for one in ways
        if isinstance(one, dict)
        and _member(_member(one, "to"), "statusCategory").get("key") == DONE
    ]
    for way in ends:
        name = _resolution(way, done=done)
        if name is not None:
            return {"transition": {"id": way.get("id")}, "fields": {"resolution": {"name": name}}}
    if done:
        for way in ends:
            if "resolution" not in _member(way, "fields"):
                return {"transition": {"id": way.get("id")}}
    return None


def _resolution(way: Mapping[str, Any], *, done: bool) -> str | None:
    """Return a resolution that a transition takes and that says how it ended."""
    allowed = _member(_member(way, "fields"), "resolution").get("allowedValues")
    named = (one.get("name") for one in allowed or [] if isinstance(one, dict))
    names = [one for one in named if isinstance(one, str)]
    return next((one for one in names if done == (one.lower() in DONE_RESOLUTIONS)), None)


def _status(fields: Mapping[str, Any]) -> IssueStatus:
    """Return what status and resolution say together."""
    category = _member(_member(fields, "status"), "statusCategory").get("key")
    if category != DONE:
        return IssueStatus.OPEN
    resolution = _member(fields, "resolution").get("name")
    if not isinstance(resolution, str):
        return IssueStatus.CLOSED
    return IssueStatus.DONE if resolution.lower() in DONE_RESOLUTIONS else IssueStatus.DROPPED


def _member(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}


def _document(draft: Draft) -> dict[str, Any]:
    """Return the description in Atlassian's document format."""
    link = {"type": "link", "attrs": {"href": draft.url}}
    text = [
        {"type": "text", "text": "Action item "},
        {"type": "text", "text": draft.reference, "marks": [link]},
        {"type": "text", "text": f", due on {draft.due_on}."},
    ]
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": text}]}


def dated(document: object, due_on: date) -> dict[str, Any] | None:
    """Return a description with this due date in its line, None if it has no such line."""
    copy = json.loads(json.dumps(document))
    for paragraph in _members(copy, "content"):
        for text in _members(paragraph, "content"):
            said = text.get("text")
            if isinstance(said, str) and DUE.match(said):
                text["text"] = DUE.sub(f", due on {due_on}.", said)
                whole: dict[str, Any] = copy
                return whole
    return None


def _members(said: object, name: str) -> list[dict[str, Any]]:
    found = said.get(name) if isinstance(said, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _missing(key: str, at: datetime) -> IssueReport:
    return IssueReport(key=key, status=IssueStatus.MISSING, text=None, changed_at=at)


def _instant(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
