"""Postmortem sections: written one by one, each from the revision that was read."""

import asyncio
import re
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import uuid5

from fastapi import Depends, Header, Query, Request, Response
from pydantic import Field, StringConstraints

from events.handle import known
from events.log.codec import codec_for
from events.postmortem.commands import Comment, WriteSection
from events.postmortem.decide import AGGREGATE, postmortem_decider
from events.postmortem.document.merging import merged
from events.postmortem.document.sections import Section
from events.postmortem.events import PostmortemSectionWritten, PostmortemTextErased
from events.postmortem.refusals import SectionChanged
from events.postmortem.writing import LONGEST
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Choice, Strict, Text, plain_text
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import ExistingIncident, TheIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.postmortem.change import PostmortemChange, ThePostmortem
from services.api.resources.postmortem.reading import document_of
from services.api.resources.postmortem.views import CommentReceipt, SectionView, section_views
from services.api.writing.commands import HttpConfigurationChange, configuration_change
from services.api.writing.idempotency import TheIdentity
from services.api.writing.preconditions import DryRun
from services.api.writing.receipts import Receipt, done, receipt_of
from services.request_refusals import Invalid, RequestInvalid

router = api_router("postmortem")

SECTION: Final = "/v1/incidents/{incident_id}/postmortem/sections/{section}"
_ETAG: Final = re.compile(r'"(0|[1-9][0-9]{0,8})"')


class SectionBody(
    Strict, json_schema_extra={"examples": [{"text": "Checkout was down for 35 minutes."}]}
):
    """Text of a section, in Markdown."""

    text: Annotated[str, StringConstraints(max_length=LONGEST), plain_text]


class RemarkBody(
    Strict, json_schema_extra={"examples": [{"revision": 2, "text": "Since when do we know?"}]}
):
    """Comment on what a section said at a revision."""

    revision: Annotated[int, Field(ge=0, le=1_000_000)]
    text: Text


async def read_revision(
    if_match: Annotated[
        str | None,
        Header(
            description="The revision you have read, from ETag; 412 if there is a newer one.",
            examples=['"7"'],
            pattern=r'^"(0|[1-9][0-9]{0,8})"$',
        ),
    ] = None,
) -> int:
    """Return the revision that the caller has read.

    Raises: RequestInvalid.
    """
    etag = _ETAG.fullmatch(if_match or "")
    if etag is None:
        reason = 'Send the revision you have read, as "7"; "0" if nobody has written it yet.'
        raise RequestInvalid(Invalid(field="header.If-Match", reason=reason))
    return int(etag[1])


async def change_of_a_section(
    request: Request, dependencies: Deps, caller: TheCaller, identity: TheIdentity, dry_run: DryRun
) -> HttpConfigurationChange:
    """Return the change that a request asks for, whatever the version of the whole stream is."""
    return await configuration_change(request, dependencies, caller, identity, None, dry_run)


async def section_change(
    incident_id: ExistingIncident,
    change: Annotated[HttpConfigurationChange, Depends(change_of_a_section)],
    reads: TheReads,
) -> PostmortemChange:
    """Return the change of a section: its precondition is its own revision."""
    return PostmortemChange(incident_id, change, reads)


TheSectionChange = Annotated[PostmortemChange, Depends(section_change)]
ReadRevision = Annotated[int, Depends(read_revision)]


@router.get(SECTION, dependencies=[requires(Permission.INCIDENT_READ)])
async def show_postmortem_section(
    response: Response,
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    section: Choice[Section],
    query: Annotated[ReadQuery, Query()],
) -> SectionView:
    """Show a section; its ETag is what If-Match takes."""
    document = await document_of(dependencies, reads, query, incident_id)
    [view] = [one for one in section_views(document) if one.section is section]
    response.headers["ETag"] = f'"{view.revision}"'
    return view


@router.put(SECTION, dependencies=[requires(Permission.INCIDENT_COMMAND)], response_model=Receipt)
async def write_postmortem_section(
    postmortem: TheSectionChange,
    section: Choice[Section],
    based_on: ReadRevision,
    body: SectionBody,
) -> Response:
    """Write a section, from the revision that If-Match names.

    Who writes in another section is never in your way. Where somebody has written this one since,
    the answer is 412 `section-changed` with their text, the text both began with, and a merge of
    both if they touch no common line. Nothing is merged unasked: read it, and save it again.
    """
    change = postmortem.change
    document = await postmortem.document()
    command = WriteSection(
        section=section,
        based_on=based_on,
        text=body.text,
        computed=document.computed[section],
        actor=change.actor,
        at=change.at,
    )
    try:
        return await postmortem.receipt(command)
    except SectionChanged as changed:
        raise await explained(postmortem, command) from changed


@dataclass(frozen=True, slots=True)
class Revision:
    """What a section said at one revision."""

    number: int
    text: str
    by: str


async def explained(postmortem: PostmortemChange, ours: WriteSection) -> SectionChanged:
    """Return the refusal with their text, the base, and the merge where there is one."""
    log = postmortem.change.dependencies.log
    stored = await log.read_stream(AGGREGATE.stream(postmortem.incident_id))
    history = known(codec_for(postmortem_decider.event_types), await log.opened(stored))
    gone = {one.event.text_id for one in history if isinstance(one.event, PostmortemTextErased)}
    revisions = {
        event.revision: Revision(
            event.revision, "" if event.text_id in gone else event.text, event.written_by
        )
        for event in (one.event for one in history)
        if isinstance(event, PostmortemSectionWritten) and event.section is ours.section
    }
    theirs = revisions[max(revisions)]
    at_first = Revision(0, ours.computed, "")
    base = at_first if ours.based_on == 0 else revisions.get(ours.based_on)
    # Comparing long texts takes a while: others are answered meanwhile.
    both = None
    if base is not None:
        both = await asyncio.to_thread(merged, base.text, theirs.text, ours.text)
    return SectionChanged(
        f"Section {ours.section} is at revision {theirs.number}, not {ours.based_on}: take what was"
        " written since into yours, and save it again.",
        section=ours.section.value,
        revision=theirs.number,
        based_on=ours.based_on,
        theirs=theirs.text,
        written_by=theirs.by,
        base=base.text if base else None,
        merged=both,
    )


@router.post(
    f"{SECTION}/comments",
    dependencies=[requires(Permission.INCIDENT_COMMAND)],
    response_model=CommentReceipt,
)
async def comment_on_postmortem_section(
    postmortem: ThePostmortem, section: Choice[Section], body: RemarkBody
) -> Response:
    """Comment on what a section says at a revision."""
    change = postmortem.change
    comment_id = uuid5(change.identity.command_id, "comment")
    command = Comment(
        comment_id=comment_id,
        section=section,
        revision=body.revision,
        text=body.text,
        actor=change.actor,
        at=change.at,
    )
    handled = await postmortem.make(command)
    receipt = receipt_of(change.done(handled))
    return done(CommentReceipt(**dict(receipt), comment_id=comment_id), replayed=handled.duplicate)
