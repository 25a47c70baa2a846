"""Hand-off sentences: what people are told of their shifts, and of time nobody covers."""

from typing import Final

from events.hand_off.events import NoticeGiven
from events.hand_off.notices import NoticeKind
from projections.sentences.words import clock, words

SAID: Final = {
    NoticeKind.IN_A_WEEK: "{who} is told of the shift in {schedule} that begins {starts}",
    NoticeKind.TOMORROW: "{who} is reminded of the shift in {schedule} that begins {starts}",
    NoticeKind.BEGINS: "{who} is told to be on call in {schedule}, until {ends}",
    NoticeKind.ENDS: "{who} is told that the shift in {schedule} is over, since {ends}",
    NoticeKind.CALLED_OFF: "{who} is told not to be on call in {schedule} at {starts} after all",
    NoticeKind.GAP_AHEAD: "{schedule} has nobody on call from {starts} until {ends}",
    NoticeKind.GAP_BY_DESIGN: "{schedule} leaves time in which nobody is on call",
    NoticeKind.UNCOVERED: "{schedule} has had nobody on call since {starts}",
    NoticeKind.COVER_ASKED: "{who} is asked to take {schedule} for {about} from {starts}",
    NoticeKind.COVER_TAKEN: "{who} is told that {about} takes {schedule} from {starts}",
    NoticeKind.COVER_DECLINED: "{who} is told that {about} does not take {schedule} from {starts}",
    NoticeKind.COVER_EXPIRED: "{who} is told that nobody took {schedule} from {starts}",
    NoticeKind.COVER_WITHDRAWN: "{who} is told that {schedule} needs nobody from {starts}",
}


@words.register
def _(event: NoticeGiven) -> str:
    notice = event.notice
    said = SAID[notice.kind].format(
        who=notice.responder_id,
        schedule=event.schedule_id,
        about=notice.about,
        starts=clock(notice.starts_at),
        ends=clock(notice.ends_at),
    )
    to_nobody = "" if event.deliveries else "; no way leads to anybody who should hear it"
    return f"{said}{to_nobody}"
