"""Signal and Batch: what any sender reports, in one form. Pure; knows no sender.

A source turns its sender's body into these, and everything behind it knows nothing else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from events.ids import AlertGroupId, EscalationPolicyId, ServiceId
from events.routing.decision import AppliedRule
from events.routing.holding import HoldAsked
from events.routing.typed import TypedAs
from events.values.plain_text import cut, one_line
from events.values.severity import Severity

TITLE_LENGTH: Final = 200
LISTED: Final = 10  # alerts named in an incident's summary


class Signal(Struct, frozen=True, kw_only=True, array_like=True):
    """Signal: one alert fires or is over, as its sender reports it, clean enough to be stored."""

    dedup_key: str  # what tells the sender's alerts apart, now and when it ends
    firing: bool
    title: str = ""  # one line; empty: its labels name it
    severity: Severity | None = None  # None: its batch's, or triage has to say it
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    started_at: datetime
    start_known: bool = True  # False: `started_at` is when it was heard of
    ended_at: datetime | None = None
    source_url: str = ""
    mended: bool = False  # something was cut, replaced or derived
    applied: tuple[AppliedRule, ...] = ()  # routing rules that had a say
    expires_at: datetime | None = None  # it is over then, unless it is said again
    typed_as: TypedAs | None = None  # the type of an incident that it opens
    sent: "Signal | None" = None  # as it was before the rules; kept where it may be held back

    @property
    def name(self) -> str:
        """Return what people call it, in one line."""
        return self.title or named_by(self.labels)

    @property
    def line(self) -> str:
        """Return its line in a list: its name, and the labels that the name does not hold."""
        name = cut(self.name, TITLE_LENGTH)
        return f"{name} ({labelled(self.labels)})" if self.title and self.labels else name


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedSignals:
    """The signals of one batch, in the order of their arrival: those of a storm are compressed."""

    packed: tuple[bytes, ...] = ()
    last: tuple[Signal, ...] = ()
    count: int = 0
    mended: int = 0
    firing: int = 0
    listed: tuple[Signal, ...] = ()  # the first that fire
    began_at: datetime | None = None  # the earliest known start of those that fire


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingBack:
    """What wants alerts held back, and what it takes to look at them again."""

    asked: tuple[HoldAsked, ...]
    source: str  # the kind of sender, as in its URL
    group_key: str  # as the sender groups them
    service_id: ServiceId  # that an incident would be opened for


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where routing rules send a batch; None is as its sender's service says."""

    group_id: AlertGroupId
    service_id: ServiceId | None = None
    escalation_policy_id: EscalationPolicyId | None = None
    window: timedelta | None = None  # from the group's first alert on; None: while it is open
    rolling: bool = False  # the window counts from the last alert that came
    holding: HoldingBack | None = None
    joins_service: bool = False  # the newest incident of its service, if one is open
    ticket_only: bool = False  # its incident pages nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Batch: the signals of one message. They belong together: one group opens one incident."""

    sender: str  # as people call it: Alertmanager
    group_key: str
    signals: PackedSignals
    title: str = ""  # of the incident; empty: the first that fires gives it
    summary: str = ""  # what the sender says besides, in the incident's summary
    severity: Severity | None = None  # of signals that name none
    source_url: str = ""
    unread: int = 0  # alerts that could not be read
    cut_off: bool = False  # the message ended before its JSON did
    left_out: int = 0  # alerts that the sender left out
    left_out_by: str = ""  # its setting that did it
    over: bool = False  # the sender says that no alert of the group fires
    route: Route | None = None  # None: no rule says where it goes
    losses_route: Route | None = None  # where what is missing from it is held back
    partial: bool = False  # of a message: it says nothing of what is missing from that
    released: bool = False  # it was held back, and nobody said just now that it fires
    acknowledged: str = ""  # dedup key of the alert that somebody works on, says the sender
    comes_again: bool = True  # its sender repeats what nobody can decide yet, until it is taken


def named_by(labels: dict[str, str]) -> str:
    """Return a name made of labels: the alert's, then what sets it apart."""
    name = labels.get("alertname", "")
    rest = labelled({key: text for key, text in labels.items() if key != "alertname"})
    if not name:
        return rest or "Alert without a name"
    return f"{one_line(name)} ({rest})" if rest else one_line(name)


def labelled(labels: dict[str, str]) -> str:
    """Return labels as one short line."""
    text = ", ".join(f"{key}={text}" for key, text in sorted(labels.items()))
    return cut(one_line(text), TITLE_LENGTH)
