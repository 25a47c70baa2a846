"""Notice of a schedule: what it tells whom, and the name by which it is given once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.ids import ResponderId


class NoticeKind(StrEnum):
    """What a notice tells."""

    IN_A_WEEK = "in_a_week"  # their shift begins in a week, or in less if it came up late
    TOMORROW = "tomorrow"
    BEGINS = "begins"  # they are on call from now on
    ENDS = "ends"  # they are not any more: the hand-over note is theirs to write
    CALLED_OFF = "called_off"  # a shift that they were told of is not theirs any more
    GAP_AHEAD = "gap_ahead"  # nobody is on call, because somebody was taken off or is gone
    GAP_BY_DESIGN = "gap_by_design"  # the layers leave time that nobody covers: once an edition
    UNCOVERED = "uncovered"  # nobody is on call now
    COVER_ASKED = "cover_asked"  # somebody asks them to take a shift
    COVER_TAKEN = "cover_taken"  # `about` takes it, or a part of it
    COVER_DECLINED = "cover_declined"  # `about` does not
    COVER_EXPIRED = "cover_expired"  # nobody took it: it stays as planned
    COVER_WITHDRAWN = "cover_withdrawn"  # they are not asked any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice: of a person's shift, or of time that nobody covers."""

    kind: NoticeKind
    responder_id: ResponderId | None = None  # None: it is for whoever owns the schedule
    starts_at: datetime  # of the shift or the gap
    ends_at: datetime
    request: int | None = None  # number of the cover request that it is about
    about: ResponderId | None = None  # who asks for cover, takes it, or does not

    @property
    def name(self) -> str:
        """Return what tells it from every other notice of its schedule."""
        at = self.ends_at if self.kind is NoticeKind.ENDS else self.starts_at
        named = (self.responder_id, self.about, self.request, at.isoformat())
        return ":".join([self.kind, *(str(one) for one in named if one is not None)])
