"""Page text, before a provider gives it its form; free text is made harmless here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from activities.delivery.message import (
    LONGEST_SUMMARY,
    Action,
    Message,
    Section,
    Urgency,
    one_line,
    plain_text,
)
from activities.page.ack_links import AckLink, AckLinks
from activities.page.case import Case
from events.ids import DeliveryId, IncidentId, PageId, ResponderId, page_stream
from events.incident.modes import Mode
from events.incident.pages.rules import page_with
from events.incident.state import Incident
from events.page.plan import PagePlan, Step, step_after
from events.page.short_code import short_code
from events.page.state import Page
from events.values.links import LinkKind
from events.values.severity import Severity
from projections.sentences.words import counted

LINK_LIFETIME: Final = timedelta(hours=24)
PAGE_REQUESTED: Final = "page.requested"  # part of the contract with webhooks
URGENCIES: Final = {
    Severity.SEV1: Urgency.HIGHEST,
    Severity.SEV2: Urgency.HIGH,
    Severity.SEV3: Urgency.NORMAL,
    Severity.SEV4: Urgency.LOW,
}
UNKNOWN_URGENCY: Final = Urgency.HIGH  # nobody could tell yet, so it may be bad
DRILL: Final = "This is a drill: answer it as if it were real."


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """What a page says to one person."""

    delivery_id: DeliveryId  # receivers drop repeats by it
    page_id: PageId
    incident_id: IncidentId
    reference: str
    severity: Severity | None
    title: str  # one line
    ask: str  # what is asked for, beside to take the incident; empty on an incident's first page
    summary: str
    responder_id: ResponderId
    responder_name: str
    step: Step
    paged_at: datetime
    next_step: str  # what happens if nobody answers
    incident_url: str  # for programs
    incident_page: str  # for people
    ack_url: str | None  # None: a channel, which is told and cannot answer
    possible_repeat: bool  # an earlier attempt may have arrived
    runbook_url: str | None = None  # of the runbook that was linked last
    drill: bool = False  # the title says so too
    decline_url: str | None = None  # of a page that asks for help
    code: str = ""  # to reply with; empty where there is nothing to answer
    ledger: str = ""  # stream of what becomes of the message
    private: bool = False

    @property
    def headline(self) -> str:
        """Return the one line to read on a locked screen; what matters comes first."""
        parts = [self.severity or "", self.reference, "(possible repeat)" * self.possible_repeat]
        known = f"{self.ask} ({self.title})" if self.ask else self.title
        return f"{' '.join(part for part in parts if part)}: {known}"

    @property
    def message(self) -> Message:
        """Return the page as a message; docs/webhooks.md explains its facts."""
        runbook = [Action(name="Runbook", url=self.runbook_url)] if self.runbook_url else []
        return Message(
            delivery_id=self.delivery_id,
            event=PAGE_REQUESTED,
            at=self.paged_at,
            urgency=URGENCIES[self.severity] if self.severity else UNKNOWN_URGENCY,
            headline=self.headline,
            reference=self.reference,
            badge=self.severity or "Severity not known yet",
            title=self.title,
            sections=tuple(
                Section(text=sentence) for sentence in (self.summary, self.next_step) if sentence
            ),
            actions=self._actions,
            links=(*runbook, Action(name="Incident", url=self.incident_page)),
            footer=self._footer,
            facts=self._facts,
            possible_repeat=self.possible_repeat,
            ledger=self.ledger,
            private=self.private,
        )

    @property
    def _actions(self) -> tuple[Action, ...]:
        if self.ack_url is None:
            return ()
        if self.decline_url is None:
            return (Action(name="Acknowledge", url=self.ack_url, code=self.code),)
        accept = Action(name="Accept", url=self.ack_url, code=self.code)
        return (accept, Action(name="Decline", url=self.decline_url))

    @property
    def _footer(self) -> str:
        as_whom = "You are paged" if self.ack_url else "This is told"
        level = f" level {self.step.level}, round {self.step.round}," if self.step.level else ""
        return f"{as_whom} as {self.responder_name}:{level} {self.paged_at:%Y-%m-%d %H:%M} UTC."

    @property
    def _facts(self) -> dict[str, Any]:
        return {
            "page_id": str(self.page_id),
            "round": self.step.round,
            "level": self.step.level,
            "responder": {"id": self.responder_id, "name": self.responder_name},
            "incident": {
                "id": str(self.incident_id),
                "reference": self.reference,
                "title": self.title,
                "summary": self.summary,
                "severity": self.severity,
                "drill": self.drill,
                "url": self.incident_url,
            },
            "acknowledge_url": self.ack_url,
            "decline_url": self.decline_url,
            "ask": self.ask or None,
            "next_step": self.next_step,
        }


def compose(
    case: Case, links: AckLinks, public_url: str, *, now: datetime, possible_repeat: bool
) -> PageText:
    """Return the text of a delivery as it is true at this moment, on whatever attempt."""
    site = public_url.rstrip("/")
    link = AckLink(
        page_id=case.page_id,
        delivery_id=case.delivery.delivery_id,
        responder_id=case.delivery.responder_id,
        expires_at=case.paged_at + LINK_LIFETIME,
    )
    ack_url = f"{site}/ack/{links.make(link)}" if case.responder.answers else None
    return PageText(
        delivery_id=case.delivery.delivery_id,
        page_id=case.page_id,
        incident_id=case.incident_id,
        reference=one_line(case.reference),
        severity=case.incident.severity,
        title=one_line(case.incident.title) or "(no title)",
        ask=one_line(case.ask),
        summary=plain_text(said_first(case), LONGEST_SUMMARY),
        responder_id=case.delivery.responder_id,
        responder_name=one_line(case.responder.name),
        step=case.step,
        paged_at=case.paged_at,
        next_step=case.next_step or what_is_next(case.step, case.page, case.plan, now),
        incident_url=f"{site}/v1/incidents/{case.incident_id}",
        incident_page=f"{site}/incidents/{case.reference}",
        runbook_url=runbook_of(case.incident),
        ack_url=ack_url,
        decline_url=f"{ack_url}/decline" if ack_url and asks_for_help(case) else None,
        possible_repeat=possible_repeat,
        drill=case.incident.mode is Mode.DRILL,
        code=short_code(case.page_id) if case.responder.answers else "",
        ledger=page_stream(case.page_id),
        private=case.incident.privacy.private,
    )


def asks_for_help(case: Case) -> bool:
    """Return whether the person may say no to it."""
    page = page_with(case.incident, case.page_id)
    return page is not None and page.may_be_declined


def said_first(case: Case) -> str:
    """Return what is known of the incident; of a drill, first that it is one."""
    parts = (DRILL if case.incident.mode is Mode.DRILL else "", case.summary)
    return "\n\n".join(part for part in parts if part)


def runbook_of(incident: Incident) -> str | None:
    """Return the address of the runbook that was linked last, None without one."""
    runbooks = [link.url for link in incident.links if link.kind is LinkKind.RUNBOOK]
    return runbooks[-1] if runbooks else None


def what_is_next(step: Step, page: Page, plan: PagePlan, now: datetime) -> str:
    """Return the sentence that says what happens if nobody acknowledges.

    A message may come late: then it tells how far the page has come, and promises nothing else.
    """
    if page.exhausted:
        return "Every level was tried before this reached you: nobody else is paged."
    if page.step is not None and page.step != step:
        return f"This comes late: level {page.step.level} is being paged by now."
    following = step_after(step, plan)
    if following is None:
        return "This is the last level: after it, nobody else is paged."
    # Where this is the first of its level to go out, the level's escalation timeout begins with it.
    until = (
        now + plan.levels[step.level - 1].escalation_timeout if page.unheard else page.silent_until
    )
    when = "If nobody acknowledges"
    if until is not None and until > now:
        when = f"{when} within {in_words(rounded(until - now))}"
    if following.round > step.round:
        return f"{when}, paging starts again at level {following.level}."
    return f"{when}, level {following.level} is paged."


def rounded(left: timedelta) -> timedelta:
    """Return the time left as people say it: in minutes, or in steps of five seconds."""
    size = timedelta(minutes=1) if left > timedelta(seconds=105) else timedelta(seconds=5)
    return max(round(left / size), 1) * size


def in_words(duration: timedelta) -> str:
    """Return a duration in its largest exact unit: "5 minutes"."""
    seconds = int(duration.total_seconds())
    for size, unit in ((3600, "hour"), (60, "minute")):
        if seconds and seconds % size == 0:
            return counted(seconds // size, unit)
    return counted(seconds, "second")
