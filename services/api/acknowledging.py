"""Answering a page by its link: what the link is about, and the one command it may give."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from activities.ack_links import AckLink, AckLinks
from events.actor import Actor
from events.errors import AckLinkInvalid, PageNotFound, PageOver
from events.handle import known
from events.ids import ResponderId, incident_stream, page_stream, responder_stream
from events.incident.decide import incident_decider
from events.loading import load
from events.log.codec import codec_for
from events.log.inbox import InboxState
from events.log.recorded import Metadata
from events.log.refusals import RefusedCommand
from events.log.store import Log
from events.page.commands import AcknowledgePage
from events.page.events import PAGE_EVENTS, PageAcknowledged, PageStarted, PageStopped
from events.responder.decide import responder_decider
from events.severity import Severity
from services.api.dependencies import Dependencies
from services.api.temporal_gateway import Finished
from services.deferred import deferred
from workflows.ids import page_workflow_id
from workflows.messages import PageCommandEnvelope

_RESPONDER: Final = "responder:"


class Standing(StrEnum):
    """Where a page stands, for the person who holds the link."""

    ASKED = "asked"  # nobody has answered yet
    YOURS = "yours"
    KEPT = "kept"  # their answer is stored and not yet carried out
    OTHERS = "others"
    STOPPED = "stopped"  # nobody needs to answer any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the holder of a link wants to know."""

    reference: str
    title: str
    severity: Severity | None
    asked: str  # the name of the person the link was sent to
    standing: Standing
    answered_by: str | None = None
    answered_at: datetime | None = None


def link_in(dependencies: Dependencies, token: str) -> AckLink:
    """Return what a genuine link stands for.

    Raises: AckLinkInvalid, AckLinkExpired.
    """
    key = dependencies.settings.link_key
    if key is None:
        raise AckLinkInvalid("This installation makes no links: TOCSIN_LINK_KEY is not set.")
    return AckLinks(key).read(token, dependencies.clock())


async def asked_by(dependencies: Dependencies, link: AckLink) -> Asked:
    """Return how the page stands now, from the log itself: a page is no place for old news.

    Raises: AckLinkInvalid, LogUnavailable.
    """
    log = dependencies.log
    stored = await log.read_stream(page_stream(link.page_id))
    events = [one.event for one in known(codec_for(PAGE_EVENTS), stored)]
    started = next((event for event in events if isinstance(event, PageStarted)), None)
    if started is None:
        raise AckLinkInvalid("There is no such page.")
    incident, _ = await load(log, incident_decider, incident_stream(started.incident_id))
    answer = next((event for event in events if isinstance(event, PageAcknowledged)), None)
    removed = link.responder_id in incident.privacy.removed
    standing = Standing.ASKED
    if answer is not None:
        yours = answer.acknowledged_by == actor_of(link).name
        standing = Standing.YOURS if yours else Standing.OTHERS
    elif any(isinstance(event, PageStopped) for event in events):
        standing = Standing.STOPPED
    elif await is_kept(dependencies, link):
        standing = Standing.KEPT
    return Asked(
        reference=started.reference,
        title="A private incident" if removed else incident.title,
        severity=None if removed else incident.severity,
        asked=await name_of(log, f"{_RESPONDER}{link.responder_id}"),
        standing=standing,
        answered_by=await name_of(log, answer.acknowledged_by) if answer else None,
        answered_at=answer.acknowledged_at if answer else None,
    )


async def acknowledge(dependencies: Dependencies, link: AckLink) -> None:
    """Answer the page: at once, or kept until its workflow can be reached. Asking twice is once.

    Raises: LogUnavailable: then nothing was promised.
    """
    envelope = PageCommandEnvelope(
        command_id=link.command_id,
        request_digest=sha256(f"acknowledge {link.delivery_id}".encode()).hexdigest(),
        metadata=Metadata(principal=actor_of(link).principal, on_behalf_of=link.responder_id),
        command=AcknowledgePage(actor=actor_of(link), via="link", at=dependencies.clock()),
    )
    workflow_id = page_workflow_id(link.page_id)
    try:
        outcome = await dependencies.temporal.command(workflow_id, envelope)
    except (PageOver, PageNotFound) as refusal:
        await dependencies.refused.keep(
            RefusedCommand(
                command_id=link.command_id,
                command=envelope.command.kind,
                target=page_stream(link.page_id),
                refusal=type(refusal).__name__,
                metadata=envelope.metadata,
            )
        )
        return  # what the page says now is the whole answer
    if not isinstance(outcome, Finished):
        await dependencies.inbox.put(deferred(workflow_id, envelope))


async def is_kept(dependencies: Dependencies, link: AckLink) -> bool:
    """Return whether this link's answer waits to be carried out."""
    entry = await dependencies.inbox.find(link.command_id)
    return entry is not None and entry.state is InboxState.WAITING


def actor_of(link: AckLink) -> Actor:
    """Return who answers with this link."""
    return Actor(principal=f"{_RESPONDER}{link.responder_id}", responder_id=link.responder_id)


async def name_of(log: Log, actor: str) -> str:
    """Return what people call somebody, or what the log calls them."""
    if not actor.startswith(_RESPONDER):
        return actor
    responder_id = ResponderId(actor.removeprefix(_RESPONDER))
    responder, _ = await load(log, responder_decider, responder_stream(responder_id))
    return responder.name or responder_id
