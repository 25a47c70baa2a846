"""Acknowledgement links: what a link is about now, and the one command it may give.

A link outlives what it was sent for: it takes the incident as it stands now, or says how it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid5

from pydantic import SecretStr

from activities.page.ack_links import AckLink, AckLinks
from events.actor import Actor
from events.configuration.responder import responder_decider
from events.errors import AckLinkInvalid, AckLinkWithdrawn, CommandRejected
from events.handle import known
from events.ids import (
    IncidentId,
    ResponderId,
    incident_stream,
    page_stream,
    responder_stream,
)
from events.incident.acknowledgement.lapse import lapses_at
from events.incident.commands import AcknowledgeIncident
from events.incident.decide import incident_decider
from events.incident.events import IncidentAcknowledged
from events.incident.pages.answers import Standing, standing_for, times_asked
from events.incident.pages.commands import DeclinePage, EscalatePage
from events.incident.pages.events import IncidentPageAnswered
from events.incident.pages.rules import page_with
from events.incident.pages.state import RequestedPage
from events.incident.state import Incident
from events.loading import load
from events.log.codec import codec_for
from events.log.queues.inbox import InboxState
from events.log.recorded import Metadata
from events.log.refusals import RefusedCommand
from events.log.store import Log
from events.page.events import PAGE_EVENTS, PageStarted
from events.page.plan import Step
from events.page.purpose import Purpose
from events.values.links import Link, LinkKind
from events.values.severity import Severity
from services.access.people import is_forgotten
from services.access.visibility import Visibility, sees
from services.commanding.by_link.escalation import (
    EscalationLink,
    asked_now,
    escalation_by,
    may_escalate,
    passed_on_at,
    required,
)
from services.commanding.deferred import deferred, goes_first
from services.commanding.dependencies import CommandDependencies
from services.commanding.expected_incident import expected_incident
from services.commanding.merge_target import surviving
from services.newest_level import AskedLevel, asked_level
from services.temporal.gateway import Finished
from workflows.ids import incident_workflow_id
from workflows.messages import IncidentCommandEnvelope

_RESPONDER: Final = "responder:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Subject of a link now: after a merge, the merge target."""

    incident_id: IncidentId
    incident: Incident
    page: RequestedPage | None  # the one that was sent, None if another incident had called it


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the holder of a link is shown; nothing of what they may not see any more."""

    reference: str
    title: str
    severity: Severity | None
    incident_id: IncidentId | None = None
    asked: str  # the name of the person the link was sent to
    standing: Standing
    stored_at: datetime | None = None  # the answer, while it waits to be carried out
    answered_by: str | None = None
    answered_at: datetime | None = None
    ask: str = ""  # what the page asks for; empty: to take the incident
    requested_by: str | None = None  # who asks for help; None: nobody by name
    may_decline: bool = False
    is_reminder: bool = False  # the answer says that they know, and takes nothing
    snoozed_until: datetime | None = None
    lapses_at: datetime | None = None  # the acknowledgement, unless they give a sign of life
    why_over: str = ""
    service: str | None = None
    summary: str = ""
    waits_since: datetime | None = None
    level: AskedLevel | None = None  # where the page is, while it waits
    next_people: tuple[str, ...] = ()  # by name, where they are known already
    runbooks: tuple[Link, ...] = ()
    began_at: datetime | None = None
    escalation: EscalationLink | None = None  # what has the level after theirs asked at once
    passed_on_at: datetime | None = None  # they did so; the page waits for others now
    asked_now: tuple[str, ...] = ()  # by name, once they passed it on


WITHDRAWN: Final = Asked(
    reference="", title="", severity=None, asked="", standing=Standing.WITHDRAWN
)


def link_in(token: str, key: SecretStr | None, now: datetime) -> AckLink:
    """Return what a genuine link stands for.

    Raises: AckLinkInvalid, AckLinkExpired.
    """
    return AckLinks(required(key)).read(token, now)


async def asked_by(dependencies: CommandDependencies, link: AckLink) -> Asked:
    """Return the current state, from the log itself: a page must not show an old one.

    Raises: AckLinkInvalid, LogUnavailable.
    """
    matter = await _matter_of(dependencies, link)
    if not await _may_answer(dependencies, link, matter):
        return WITHDRAWN
    log, incident = dependencies.log, matter.incident
    standing, answered_by = standing_for(link.responder_id, incident, matter.page)
    stored_at = None
    if standing is not Standing.STOPPED:
        stored_at = await _kept_at(dependencies, link, matter)
    if stored_at is not None:
        standing, answered_by = Standing.ACCEPTED, None
    return Asked(
        reference=incident.reference,
        title=incident.title,
        severity=incident.severity,
        incident_id=matter.incident_id,
        asked=await name_of(log, f"{_RESPONDER}{link.responder_id}"),
        standing=standing,
        stored_at=stored_at,
        answered_by=await name_of(log, answered_by) if answered_by else None,
        answered_at=await _answered_at(log, matter, answered_by) if answered_by else None,
        **await _around(log, link, matter),
    )


async def acknowledge(dependencies: CommandDependencies, link: AckLink) -> None:
    """Acknowledge: at once, or deferred until the workflow can be reached. Twice is once.

    Raises: AckLinkInvalid; LogUnavailable: then nothing was promised.
    """
    matter = await _matter_of(dependencies, link)
    command = AcknowledgeIncident(
        actor=actor_of(link), page_id=link.page_id, at=dependencies.clock()
    )
    await _give(dependencies, link, matter, command, _answer_id(link, matter))


async def decline(dependencies: CommandDependencies, link: AckLink) -> None:
    """Decline to help: at once, or deferred; of a page that asks no help, nothing. Twice is once.

    Raises: AckLinkInvalid; LogUnavailable: then nothing was promised.
    """
    matter = await _matter_of(dependencies, link)
    page = matter.page
    if page is None or not page.may_be_declined:
        return
    command = DeclinePage(number=page.number, actor=actor_of(link), at=dependencies.clock())
    await _give(dependencies, link, matter, command, _decline_id(link))


async def escalate(dependencies: CommandDependencies, link: EscalationLink) -> None:
    """Have the next level asked; nothing where the page has left the level that was seen.

    Raises: AckLinkInvalid; LogUnavailable: then nothing was promised.
    """
    matter = await _matter_of(dependencies, link.of)
    level = await asked_level(dependencies.log, link.of.page_id)
    if matter.page is None or not may_escalate(matter.page, level):
        return
    if level is None or Step(round=level.round, level=level.level) != link.step:
        return
    command = EscalatePage(
        number=matter.page.number,
        round=link.step.round,
        level=link.step.level,
        actor=actor_of(link.of),
        at=dependencies.clock(),
    )
    await _give(dependencies, link.of, matter, command, link.command_id)


async def _give(
    dependencies: CommandDependencies,
    link: AckLink,
    matter: Matter,
    command: AcknowledgeIncident | DeclinePage | EscalatePage,
    command_id: UUID,
) -> None:
    envelope = IncidentCommandEnvelope(
        command_id=command_id,
        request_digest=sha256(f"{command_id} {link.delivery_id}".encode()).hexdigest(),
        metadata=Metadata(
            principal=actor_of(link).principal, on_behalf_of=link.responder_id, via="link"
        ),
        command=command,
    )
    if not await _may_answer(dependencies, link, matter):
        await _refused(dependencies, envelope, matter, AckLinkWithdrawn.__name__)
        return
    workflow_id, inbox = incident_workflow_id(matter.incident_id), dependencies.inbox
    waiting = await inbox.waiting(workflow_id)
    first = goes_first(envelope.command, waiting)
    if waiting and not first:  # behind what it answers: a reopening, for instance
        await inbox.put(deferred(workflow_id, envelope))
        return
    try:
        outcome = await dependencies.temporal.command(workflow_id, envelope)
    except CommandRejected as refusal:  # whichever: how it stands now is the whole answer
        await _refused(dependencies, envelope, matter, type(refusal).__name__)
        return
    if not isinstance(outcome, Finished):
        await inbox.put(deferred(workflow_id, envelope), first=first)


async def _refused(
    dependencies: CommandDependencies,
    envelope: IncidentCommandEnvelope,
    matter: Matter,
    refusal: str,
) -> None:
    await dependencies.refused.keep(
        RefusedCommand(
            command_id=envelope.command_id,
            command=envelope.command.kind,
            target=incident_stream(matter.incident_id),
            refusal=refusal,
            metadata=envelope.metadata,
        )
    )


async def _matter_of(dependencies: CommandDependencies, link: AckLink) -> Matter:
    """Return what the link is about.

    Where the incident is resolved, a reopening may wait for Temporal, and its page be sent already.
    Raises: AckLinkInvalid, LogUnavailable.
    """
    log = dependencies.log
    stored = await log.read_stream(page_stream(link.page_id))
    started = next(
        (
            one.event
            for one in known(codec_for(PAGE_EVENTS), stored)
            if isinstance(one.event, PageStarted)
        ),
        None,
    )
    if started is None:
        raise AckLinkInvalid("There is no such page.")
    incident_id, incident = await surviving(log, started.incident_id)
    if incident.resolved and not incident.ended:
        incident = (await expected_incident(log, dependencies.inbox, incident_id)).incident
    page = page_with(incident, link.page_id)
    return Matter(incident_id=incident_id, incident=incident, page=page)


async def _may_answer(dependencies: CommandDependencies, link: AckLink, matter: Matter) -> bool:
    """Say whether nothing has taken the right to answer from the person since the link was made.

    Whoever is being paged may answer, also where the incident became private after that.
    Raises: LogUnavailable.
    """
    person = link.responder_id
    privacy = matter.incident.privacy
    if privacy.shuts_out(person) or await is_forgotten(dependencies.log, person):
        return False
    if not privacy.private or (matter.page is not None and matter.page.wanted):
        return True
    return await sees(dependencies, Visibility(person=person), matter.incident_id)


async def _kept_at(
    dependencies: CommandDependencies, link: AckLink, matter: Matter
) -> datetime | None:
    """Return since when this link's answer waits to be carried out."""
    taking = link.answer_id(matter.incident_id, times_asked(matter.incident))
    ids = {taking, _answer_id(link, matter), _decline_id(link)}
    level = await asked_level(dependencies.log, link.page_id)
    escalation = escalation_by(link, matter.page, level)
    if escalation is not None:
        ids.add(escalation.command_id)
    entries = [await dependencies.inbox.find(command_id) for command_id in ids]
    waiting = [one for one in entries if one is not None and one.state is InboxState.WAITING]
    return min((one.accepted_at for one in waiting), default=None)


def _answer_id(link: AckLink, matter: Matter) -> UUID:
    """Return the id of the link's answer: one for each asking, and for each sign of life after."""
    incident = matter.incident
    if incident.acknowledged_by == actor_of(link).name and incident.active_at is not None:
        since = incident.active_at.isoformat()
        return uuid5(link.delivery_id, f"renew {matter.incident_id} {since}")
    return link.answer_id(matter.incident_id, times_asked(incident))


def _decline_id(link: AckLink) -> UUID:
    return uuid5(link.delivery_id, f"decline {link.page_id}")


async def _around(log: Log, link: AckLink, matter: Matter) -> dict[str, Any]:
    """Return what else the holder of a link is to know: the ask, and what happens by itself."""
    incident, page, stamps = matter.incident, matter.page, matter.incident.timestamps
    may_decline = page is not None and page.may_be_declined
    waits = incident.acknowledged_by is None and not incident.ended
    level = await asked_level(log, link.page_id) if page is None or page.wanted else None
    by = page.requested_by if page is not None and may_decline else None
    return {
        "ask": page.ask if page is not None and page.wanted else "",
        "requested_by": await name_of(log, by) if by else None,
        "may_decline": may_decline,
        "is_reminder": page is not None and page.purpose is Purpose.REMINDER,
        "snoozed_until": incident.snooze.until if incident.snooze else None,
        "lapses_at": lapses_at(incident),
        "why_over": _why_over(incident, page),
        "service": incident.service_id,
        "summary": incident.description.summary,
        "waits_since": incident.declared_at if waits else None,
        "level": level,
        "next_people": await _names(log, level.next_targets) if level else (),
        "runbooks": tuple(one for one in incident.links if one.kind is LinkKind.RUNBOOK),
        "began_at": stamps.began or stamps.detected or incident.declared_at,
        "escalation": escalation_by(link, page, level),
        "passed_on_at": passed_on_at(link, page, level),
        "asked_now": await _names(log, asked_now(page, level)),
    }


async def _names(log: Log, targets: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        [one if " " in one else await name_of(log, f"{_RESPONDER}{one}") for one in targets]
    )


def _why_over(incident: Incident, page: RequestedPage | None) -> str:
    if incident.declined_as is not None:
        return f"{incident.reference} was {incident.declined_as.declined}"
    if incident.closed or incident.resolved:
        return f"{incident.reference} is {'closed' if incident.closed else 'resolved'}"
    return "this page was cancelled" if page is not None and not page.wanted else ""


async def _answered_at(log: Log, matter: Matter, answered_by: str) -> datetime | None:
    """Return when this person answered last."""
    stream = incident_stream(matter.incident_id)
    stored = await log.opened(await log.read_stream(stream))
    for one in reversed(known(codec_for(incident_decider.event_types), stored)):
        match one.event:
            case IncidentAcknowledged(acknowledged_by=by) as event if by == answered_by:
                return event.acknowledged_at
            case IncidentPageAnswered(answered_by=by) as event if by == answered_by:
                return event.answered_at
            case _:
                pass
    return None


def actor_of(link: AckLink) -> Actor:
    """Return who answers with this link."""
    return Actor(principal=f"{_RESPONDER}{link.responder_id}", responder_id=link.responder_id)


async def name_of(log: Log, actor: str) -> str:
    """Return what people call somebody, or what the log calls them."""
    if not actor.startswith(_RESPONDER):
        return actor
    responder_id = ResponderId(actor.removeprefix(_RESPONDER))
    responder, _ = await load(log, responder_decider, responder_stream(responder_id))
    return responder.name if responder and responder.name else responder_id
