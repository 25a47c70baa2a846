"""On-call views: who is on call, by what, and why nobody is."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from events.on_call.rota import Duty, Rota, Shift
from events.schedule.gap_causes import GapCause, GapKind, causes_of
from services.api.http.formats import Instant, View


class DutyView(View):
    """One person on call, and by what."""

    responder_id: str
    name: Annotated[str | None, Field(description="As they are called now.")]
    layer_id: Annotated[str | None, Field(description="Null: an override adds them.")]
    override_id: Annotated[str | None, Field(description="That put them there.")]


class GapCauseView(View):
    """Why nobody is on call, for programs and in words."""

    kind: GapKind
    layer_id: str | None
    override_id: str | None
    responder_id: str | None
    text: str


class ShiftView(View):
    """Stretch of time in which the same people are on call. Nobody: a gap, and why."""

    starts_at: Instant
    ends_at: Annotated[Instant, Field(description="Not included.")]
    on_call: list[DutyView]
    shadows: Annotated[list[DutyView], Field(description="They learn, and are never paged.")]
    gap_causes: list[GapCauseView]


class ShiftList(View):
    """Final schedule: shifts without a hole between them, gaps among them."""

    schedule_id: str
    zone: Annotated[str, Field(description="In which people read these times.")]
    shifts: list[ShiftView]


class OnCallView(View):
    """Who is on call in a schedule at an instant, until when, and who is next."""

    schedule_id: str
    schedule_name: str
    team_id: str | None
    zone: Annotated[str, Field(description="In which people read these times.")]
    now: ShiftView
    next: Annotated[
        ShiftView | None, Field(description="The next shift of other people; null: not in a year.")
    ]


class OnCallList(View):
    """Who is on call in each schedule at an instant, by schedule."""

    at: Instant
    schedules: list[OnCallView]


WORDS: Mapping[GapKind, str] = {
    GapKind.NO_LAYERS: "the schedule has no layers",
    GapKind.NOT_BEGUN: "layer {layer} has not begun",
    GapKind.LAYER_ENDED: "layer {layer} has ended",
    GapKind.HOLIDAY: "layer {layer} is not there because of the holidays",
    GapKind.EMPTY_SLOT: "empty slot of layer {layer}",
    GapKind.OVERRIDE: "an override takes {person} off",
    GapKind.FORGOTTEN: "{person} was forgotten",
}


def shift_view(rota: Rota, shift: Shift, names: Mapping[str, str]) -> ShiftView:
    """Return a shift as the answer has it."""
    return ShiftView(
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        on_call=[duty_view(duty, names) for duty in shift.duties],
        shadows=[duty_view(duty, names) for duty in shift.shadows],
        gap_causes=[] if shift.duties else [cause_view(one) for one in causes_of(rota, shift)],
    )


def duty_view(duty: Duty, names: Mapping[str, str]) -> DutyView:
    """Return one person on call as the answer has them."""
    return DutyView(
        responder_id=duty.responder_id,
        name=names.get(duty.responder_id),
        layer_id=duty.layer_id,
        override_id=str(duty.override_id) if duty.override_id else None,
    )


def cause_view(cause: GapCause) -> GapCauseView:
    """Return why nobody is on call as the answer has it."""
    outside = "outside of the windows of layer {layer}"
    if cause.layer_id is None:
        outside = "outside of every layer's windows"
    words = WORDS.get(cause.kind, outside)
    return GapCauseView(
        kind=cause.kind,
        layer_id=cause.layer_id,
        override_id=cause.override_id,
        responder_id=cause.responder_id,
        text=words.format(layer=cause.layer_id, person=cause.responder_id),
    )
