"""Notice text: what one person reads of a shift or of time that nobody covers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from activities.delivery.message import Action, Message, Section, Urgency
from events.hand_off.notices import Notice, NoticeKind
from events.ids import DeliveryId, ScheduleId, hand_off_stream
from events.on_call.zones import zone
from projections.incidents.durations import spoken

URGENCIES: Final = {
    NoticeKind.UNCOVERED: Urgency.HIGH,
    NoticeKind.GAP_AHEAD: Urgency.NORMAL,
    NoticeKind.BEGINS: Urgency.NORMAL,
}
WORDS: Final = {
    NoticeKind.IN_A_WEEK: "You are on call for {schedule} from {starts}",
    NoticeKind.TOMORROW: "You are on call for {schedule} soon: from {starts}",
    NoticeKind.BEGINS: "You are on call for {schedule} now, until {ends}",
    NoticeKind.ENDS: "Your shift for {schedule} is over since {ends}",
    NoticeKind.CALLED_OFF: "You are not on call for {schedule} at {starts} any more",
    NoticeKind.GAP_AHEAD: "Nobody will be on call for {schedule} from {starts} to {ends}",
    NoticeKind.GAP_BY_DESIGN: "{schedule} leaves time in which nobody is on call",
    NoticeKind.UNCOVERED: "Nobody is on call for {schedule} now, until {ends}",
    NoticeKind.COVER_ASKED: "{about} asks you to take {schedule} from {starts}",
    NoticeKind.COVER_TAKEN: "{about} takes {schedule} for you from {starts} to {ends}",
    NoticeKind.COVER_DECLINED: "{about} does not take {schedule} for you from {starts}",
    NoticeKind.COVER_EXPIRED: "Nobody took {schedule} for you from {starts}: it is yours",
    NoticeKind.COVER_WITHDRAWN: "{about} needs nobody to take {schedule} from {starts} any more",
}
ASKS: Final = {
    NoticeKind.ENDS: "Write down what the next one should know: tocsin schedules note {id}",
    NoticeKind.GAP_AHEAD: "Have somebody cover it: tocsin override add {id}",
    NoticeKind.UNCOVERED: "Incidents that page this schedule skip it. Take it: tocsin oncall take",
    NoticeKind.COVER_ASKED: "Take it: tocsin cover accept {id} {request}"
    "\nOr not: tocsin cover decline {id} {request}",
    NoticeKind.GAP_BY_DESIGN: "If that is meant, nothing is to be done: you hear of it once.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeText:
    """One notice to one person; its free text is harmless."""

    delivery_id: DeliveryId
    schedule_id: ScheduleId
    schedule: str  # its name, one line
    zone: str  # in which its times are told
    notice: Notice
    given_at: datetime
    gaps: Sequence[tuple[datetime, datetime]]  # of a schedule that leaves some by design
    shift_before: Sequence[Section]  # what happened on it, and what was noted
    url: str
    possible_repeat: bool

    @property
    def message(self) -> Message:
        """Return the notice as a message; docs/webhooks.md explains its facts."""
        notice = self.notice
        said = {
            "schedule": self.schedule,
            "id": self.schedule_id,
            "starts": self._at(notice.starts_at),
            "ends": self._at(notice.ends_at),
            "about": notice.about,
            "request": notice.request,
        }
        headline = WORDS[notice.kind].format(**said)
        ask = ASKS.get(notice.kind, "").format(**said)
        return Message(
            delivery_id=self.delivery_id,
            event=f"notice.{notice.kind}",
            at=self.given_at,
            urgency=URGENCIES.get(notice.kind, Urgency.LOW),
            headline=f"{headline}{' (possible repeat)' if self.possible_repeat else ''}",
            reference=self.schedule_id,
            badge="On call",
            title=headline,
            sections=tuple(self._sections(ask)),
            links=(Action(name="Schedule", url=self.url),),
            footer="You get this because you are on this schedule, or answer for it.",
            thread=f"{self.schedule_id}.notices",
            facts=self._facts,
            possible_repeat=self.possible_repeat,
            ledger=hand_off_stream(self.schedule_id),
        )

    def _sections(self, ask: str) -> list[Section]:
        notice = self.notice
        sections: list[Section] = []
        if notice.responder_id is not None:
            length = spoken(notice.ends_at - notice.starts_at)
            lasts = f"{self._at(notice.starts_at)} to {self._at(notice.ends_at)}, {length}"
            sections.append(Section(title="Shift", text=lasts))
        if self.gaps:
            lines = [f"{self._at(begins)} to {self._at(ends)}" for begins, ends in self.gaps]
            sections.append(Section(title="Nobody is on call", text="\n".join(lines)))
        sections += self.shift_before
        return [*sections, Section(text=ask)] if ask else sections

    def _at(self, instant: datetime) -> str:
        return f"{instant.astimezone(zone(self.zone)):%a %d %b %Y %H:%M %Z}"

    @property
    def _facts(self) -> dict[str, Any]:
        notice = self.notice
        return {
            "kind": notice.kind.value,
            "schedule": {"id": self.schedule_id, "name": self.schedule, "url": self.url},
            "responder_id": notice.responder_id,
            "starts_at": notice.starts_at.isoformat(),
            "ends_at": notice.ends_at.isoformat(),
            "zone": self.zone,
            "request": notice.request,
            "about": notice.about,
        }
