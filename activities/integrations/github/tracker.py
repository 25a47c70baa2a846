"""Issues on GitHub, or on a GitHub Enterprise Server.

Source: GitHub's REST API, version 2022-11-28: issues; webhook event `issues`; "Validating webhook
deliveries".
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from activities.delivery.faults import DeliveryDeferred, DeliveryRefused, OutcomeUnknown
from activities.delivery.outbound import Answer
from activities.integrations.bearer_token import bearer
from activities.integrations.http_answers import json_in, require_accepted, retry_after
from activities.tracking.tracker import LONGEST_ANSWER, Draft, Issue, IssueNews, Tracker, item_in
from events.action_item.issue import IssueReport, IssueStatus
from events.configuration.tracker import TrackerVendor

MARK: Final = re.compile(r"<!-- tocsin action item ([0-9a-f-]{36}) -->")
DUE: Final = re.compile(
    r"^(Action item \[[^\]\r\n]+\]\([^)\r\n]+\), due on )(\d{4}-\d{2}-\d{2})(?=\.)", re.MULTILINE
)
CLOSED: Final = {
    "completed": IssueStatus.DONE,
    "not_planned": IssueStatus.DROPPED,
    "duplicate": IssueStatus.DROPPED,
}
GONE: Final = {HTTPStatus.GONE, HTTPStatus.MOVED_PERMANENTLY}  # deleted, transferred
OUT_OF_SIGHT: Final = {"deleted", "transferred"}
PAGES: Final = 4
PER_PAGE: Final = 30
MARGIN: Final = timedelta(minutes=10)  # between the clocks


class GitHubTracker(Tracker):
    """Issues of one repository; the mark is a comment in the text, which nobody sees."""

    VENDOR = TrackerVendor.GITHUB
    SIGNATURE = "x-hub-signature-256"

    async def try_out(self, at: datetime) -> None:
        """Return if the token may read the issues; whether it may write is known by writing."""
        await self._listed(at, 1)

    async def found(self, draft: Draft) -> Issue | None:
        """Return the issue whose text bears the mark, of those that changed since it was asked for.

        A search would do with one request, and finds what is new only after a while.
        """
        since = (draft.asked_at - MARGIN).astimezone(UTC)
        for page in range(1, PAGES + 1):
            listed = await self._listed(since, page)
            for one in listed:
                if marked(one.get("body")) == draft.action_item_id:
                    return _issue(one)
            if len(listed) < PER_PAGE:
                return None
        return None

    async def create(self, draft: Draft) -> Issue:
        """Create the issue once, and return it."""
        body = json.dumps({"title": draft.text, "body": _body(draft)}).encode()
        answer = await self._outbound.post(self._issues, headers=self._headers, body=body)
        _require_accepted(answer)
        return _issue(json_in(answer.body))

    async def look(self, key: str, at: datetime) -> IssueReport:
        """Return how an issue stands now."""
        url = f"{self._issues}/{quote(key, safe='')}"
        answer = await self._outbound.get(url, headers=self._headers, longest=LONGEST_ANSWER)
        if answer.status == HTTPStatus.NOT_FOUND:  # also what a token without the right is told
            await self._listed(at, 1)
            return _missing(key, at)
        if answer.status in GONE:
            return _missing(key, at)
        _require_accepted(answer)
        return report_in(json_in(answer.body)) or _missing(key, at)

    async def tell_due(self, key: str, due_on: date) -> None:
        """Write the date into the line of the text that names the action item.

        GitHub's issues have no due date. A text without that line is left as people wrote it.
        """
        url = f"{self._issues}/{quote(key, safe='')}"
        answer = await self._outbound.get(url, headers=self._headers, longest=LONGEST_ANSWER)
        _require_accepted(answer)
        said = json_in(answer.body).get("body")
        if not isinstance(said, str) or DUE.search(said) is None:
            raise DeliveryRefused("no_due_line")
        text = DUE.sub(rf"\g<1>{due_on}", said, count=1)
        if text == said:
            return
        body = json.dumps({"body": text}).encode()
        _require_accepted(await self._outbound.patch(url, headers=self._headers, body=body))

    async def close(self, key: str, *, done: bool) -> None:
        """Close an issue as completed, or as not planned."""
        reason = "completed" if done else "not_planned"
        body = json.dumps({"state": "closed", "state_reason": reason}).encode()
        url = f"{self._issues}/{quote(key, safe='')}"
        _require_accepted(await self._outbound.patch(url, headers=self._headers, body=body))

    @classmethod
    def news_in(
        cls, headers: Mapping[str, str], body: Mapping[str, object], at: datetime
    ) -> IssueNews | None:
        """Return what the event `issues` tells of an issue that bears a mark."""
        issue = body.get("issue")
        if headers.get("x-github-event") != "issues" or not isinstance(issue, dict):
            return None
        item_id, report = marked(issue.get("body")), report_in(issue)
        if item_id is None or report is None:
            return None
        if body.get("action") in OUT_OF_SIGHT:
            report = _missing(report.key, at)
        return IssueNews(action_item_id=item_id, report=report)

    async def _listed(self, since: datetime, page: int) -> list[dict[str, Any]]:
        query = (
            f"state=all&sort=created&direction=desc&per_page={PER_PAGE}&page={page}"
            f"&since={since:%Y-%m-%dT%H:%M:%SZ}"
        )
        answer = await self._outbound.get(
            f"{self._issues}?{query}", headers=self._headers, longest=LONGEST_ANSWER
        )
        _require_accepted(answer)
        try:
            said = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise OutcomeUnknown("answer_unreadable", answered=True) from None
        return [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []

    @property
    def _issues(self) -> str:
        return f"{self._known.site}/repos/{self._known.project}/issues"

    @property
    def _headers(self) -> dict[str, str]:
        return {
            "accept": "application/vnd.github+json",
            "authorization": f"Bearer {bearer(self._known.token)}",
            "content-type": "application/json",
            "user-agent": "tocsin",
            "x-github-api-version": "2022-11-28",
        }


def marked(text: object) -> Any:
    """Return the action item whose mark a text bears, None if it bears none."""
    found = MARK.search(text) if isinstance(text, str) else None
    return item_in(found[1]) if found else None


def due_in(text: object) -> date | None:
    """Return when a text says that its action item is due, None if it does not."""
    found = DUE.search(text) if isinstance(text, str) else None
    try:
        return date.fromisoformat(found[2]) if found else None
    except ValueError:
        return None


def report_in(issue: Mapping[str, Any]) -> IssueReport | None:
    """Return what GitHub says of an issue, None where it says too little."""
    number, changed_at = issue.get("number"), _instant(issue.get("updated_at"))
    if not isinstance(number, int) or changed_at is None:
        return None
    status = IssueStatus.OPEN
    if issue.get("state") == "closed":
        status = CLOSED.get(str(issue.get("state_reason")), IssueStatus.CLOSED)
    title = issue.get("title")
    text = title if isinstance(title, str) else None
    return IssueReport(key=str(number), status=status, text=text, changed_at=changed_at)


def _body(draft: Draft) -> str:
    return (
        f"Action item [{draft.reference}]({draft.url}), due on {draft.due_on}.\n\n"
        "Close it as completed when it is done, as not planned when it will not be.\n\n"
        f"<!-- tocsin action item {draft.action_item_id} -->"
    )


def _issue(said: Mapping[str, Any]) -> Issue:
    number, url = said.get("number"), said.get("html_url")
    if not isinstance(number, int) or not isinstance(url, str):
        raise OutcomeUnknown("answer_unreadable", answered=True)
    return Issue(key=str(number), url=url, due_on=due_in(said.get("body")))


def _missing(key: str, at: datetime) -> IssueReport:
    return IssueReport(key=key, status=IssueStatus.MISSING, text=None, changed_at=at)


def _instant(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _require_accepted(answer: Answer) -> None:
    """Return if GitHub took it; its limits of rate are refusals with a word when to come again."""
    if answer.status == HTTPStatus.FORBIDDEN:
        wait = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
        if wait is not None or answer.headers.get("x-ratelimit-remaining") == "0":
            raise DeliveryDeferred("http_403", retry_after=wait)
        raise DeliveryRefused("http_403")
    require_accepted(answer)
