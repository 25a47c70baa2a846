"""Trackers: where action items become issues, and which issue one is."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import Query, Response
from pydantic import Field, SecretStr, StringConstraints

from activities.integrations.bearer_token import BearerToken
from activities.integrations.web_address import WebAddress
from events.action_item.commands import LinkIssue, RequestIssue
from events.action_item.refusals import ActionItemRefused
from events.configuration.tracker import (
    AGGREGATE,
    DefineTracker,
    RemoveTracker,
    TrackerDefined,
    TrackerId,
    TrackerNotFound,
    TrackerVendor,
    tracker_decider,
)
from events.ids import incident_stream
from events.incident.decide import incident_decider
from events.loading import load
from projections.engine.defined import every, one
from projections.practice import trackers
from projections.practice.trackers import TRACKER, TrackerRow
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.formats import Choice, Line, Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import ExistingIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.learning.action_items import ITEM, TheItem
from services.api.views.rows import shows
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.request_refusals import Invalid, RequestInvalid

router = api_router("learning")

TRACKER_PATH: Final = "/v1/trackers/{tracker_id}"
CALLBACK: Final = "/trackers"  # then the tracker
READ: Final = [requires(Permission.CONFIGURATION_READ)]
WRITE: Final = [requires(Permission.CONFIGURATION_WRITE)]
SITES: Final = {TrackerVendor.GITHUB: "https://api.github.com"}
PROJECTS: Final = {
    TrackerVendor.GITHUB: re.compile(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}"),
    TrackerVendor.JIRA: re.compile(r"[A-Z][A-Z0-9_]{1,99}"),
}
EXAMPLES: Final = {TrackerVendor.GITHUB: "acme/checkout", TrackerVendor.JIRA: "OPS"}


class TrackerBody(
    Strict,
    json_schema_extra={
        "examples": [{"vendor": "github", "project": "acme/checkout", "token": "github_pat_11AB"}]
    },
):
    """Tracker to set, with its secrets: they are shown nowhere, and given anew with each change."""

    vendor: Choice[TrackerVendor]
    site: Annotated[
        WebAddress | None,
        Field(description="https://example.atlassian.net; left out for github.com."),
    ] = None
    project: Annotated[Line, Field(description="acme/checkout on GitHub, OPS in Jira.")]
    issue_type: Annotated[Line | None, Field(description="Of Jira; left out: Task.")] = None
    account: Annotated[
        SecretStr | None,
        Field(max_length=254, description="Of Jira: the e-mail address whose token it is."),
    ] = None
    token: BearerToken
    signing_secret: Annotated[
        SecretStr | None,
        Field(
            min_length=16,
            max_length=255,
            description="With which it signs its webhooks. Left out: none is believed, and the"
            " tracker is looked at once a day.",
        ),
    ] = None

    def wrong(self) -> Iterator[Invalid]:
        """Yield what this vendor cannot do with it."""
        if not PROJECTS[self.vendor].fullmatch(self.project):
            reason = f"Write it as {EXAMPLES[self.vendor]}."
            yield Invalid(field="body.project", reason=reason)
        if self.vendor is TrackerVendor.JIRA and self.site is None:
            reason = "Say where your Jira is: https://example.atlassian.net."
            yield Invalid(field="body.site", reason=reason)
        if self.vendor is TrackerVendor.JIRA and self.account is None:
            reason = "Write the e-mail address whose token it is."
            yield Invalid(field="body.account", reason=reason)

    @property
    def home(self) -> str:
        """Return where its interface is."""
        return (self.site or SITES[self.vendor]).rstrip("/")


@shows(TrackerRow)
class TrackerView(View):
    """Where action items become issues."""


class TrackerList(View):
    """The trackers, the removed ones too, by id."""

    trackers: list[TrackerView]


class IssueBody(Strict, json_schema_extra={"examples": [{"tracker_id": "checkout"}]}):
    """Issue that an action item is to become, or is."""

    tracker_id: Name
    key: Annotated[
        str | None,
        StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}$"),
        Field(description="412, OPS-12: an issue that is there. Left out: it is created."),
    ] = None


@router.get("/v1/trackers", dependencies=READ)
async def list_trackers(reads: TheReads, query: Annotated[ReadQuery, Query()]) -> TrackerList:
    """List the trackers, the removed ones too, by id."""
    async with reads.of(query, trackers.NAME) as connection:
        rows = await every(TRACKER, connection)
    return TrackerList(trackers=[TrackerView.model_validate(row) for row in rows])


@router.get(TRACKER_PATH, dependencies=READ)
async def show_tracker(
    response: Response, reads: TheReads, tracker_id: Name, query: Annotated[ReadQuery, Query()]
) -> TrackerView:
    """Show a tracker; its ETag is what If-Match takes."""
    stream = AGGREGATE.stream(TrackerId(tracker_id))
    async with reads.of(query, trackers.NAME, stream=stream) as connection:
        row = await one(TRACKER, connection, tracker_id)
    if row is None:
        raise _no_tracker(tracker_id)
    response.headers["ETag"] = f'"{row.version}"'
    return TrackerView.model_validate(row)


@router.put(TRACKER_PATH, dependencies=WRITE, response_model=Receipt)
async def define_tracker(
    tracker_id: Name, body: TrackerBody, change: TheConfigurationChange
) -> Response:
    """Let action items become issues there, or change how; a removed tracker begins again."""
    if wrong := [*body.wrong()]:
        raise RequestInvalid(*wrong)
    command = DefineTracker(
        tracker_id=TrackerId(tracker_id),
        vendor=body.vendor,
        site=body.home,
        project=body.project,
        issue_type=body.issue_type,
        account=_said(body.account),
        token=body.token.get_secret_value(),
        signing_secret=_said(body.signing_secret),
        is_signed=body.signing_secret is not None,
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(tracker_decider, AGGREGATE.stream(command.tracker_id), command)


@router.delete(TRACKER_PATH, dependencies=WRITE, response_model=Receipt)
async def remove_tracker(tracker_id: Name, change: TheConfigurationChange) -> Response:
    """Write nothing there any more, and believe nothing that comes from there."""
    command = RemoveTracker(actor=change.actor, at=change.at)
    return await change.receipt(tracker_decider, AGGREGATE.stream(TrackerId(tracker_id)), command)


@router.post(
    f"{ITEM}/issue",
    dependencies=[requires(Permission.INCIDENT_COMMAND)],
    response_model=Receipt,
)
async def link_action_item(
    dependencies: Deps, incident_id: ExistingIncident, item: TheItem, body: IssueBody
) -> Response:
    """Have an action item become an issue of a tracker, or say which one it is.

    The tracker then says whether it is done and how it reads; its due date stays here.
    """
    log, change = dependencies.log, item.change
    tracker_id = TrackerId(body.tracker_id)
    known, _ = await load(log, tracker_decider, AGGREGATE.stream(tracker_id))
    if not isinstance(known, TrackerDefined):
        raise _no_tracker(body.tracker_id)
    incident, _ = await load(log, incident_decider, incident_stream(incident_id))
    if incident.privacy.private:
        raise ActionItemRefused(
            "What is done after a private incident is written into no tracker.", field="tracker_id"
        )
    if body.key is None:
        return await item.receipt(
            RequestIssue(tracker_id=tracker_id, actor=change.actor, at=change.at)
        )
    linked = LinkIssue(
        tracker_id=tracker_id,
        key=body.key,
        url=url_of(known, body.key),
        actor=change.actor,
        at=change.at,
    )
    return await item.receipt(linked)


def url_of(known: TrackerDefined, key: str) -> str:
    """Return where people find an issue."""
    if known.vendor is TrackerVendor.JIRA:
        return f"{known.site}/browse/{key}"
    home = known.site.removesuffix("/api/v3")  # of an Enterprise Server
    home = "https://github.com" if home == SITES[TrackerVendor.GITHUB] else home
    return f"{home}/{known.project}/issues/{key}"


def _said(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _no_tracker(tracker_id: str) -> TrackerNotFound:
    return TrackerNotFound(f"No such tracker: {tracker_id}.")
