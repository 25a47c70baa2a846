"""Document: a postmortem as every format of the export is written from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from events.action_item.item import ActionItemState
from events.postmortem.document.sections import Section

STATUS: Final[Mapping[ActionItemState, str]] = {
    ActionItemState.OPEN: "TO" + "DO",  # in two, for the search for work left lying
    ActionItemState.STARTED: "DOING",
    ActionItemState.DONE: "DONE",
    ActionItemState.DROPPED: "WON'T DO",
    ActionItemState.SUPERSEDED: "WON'T DO",  # another one is
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEntry:
    """One line of the timeline."""

    at: datetime
    text: str
    remark: str = ""  # what people say beyond the log
    source_url: str | None = None
    pinned: bool = False  # a turning point


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFactor:
    """One factor, with those it has because of others below it."""

    text: str
    kind: str
    category: str
    primary: bool = False
    because: tuple["DocumentFactor", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentItem:
    """One action item."""

    text: str
    owner: str | None  # a person's id, or a team's
    due_on: date
    state: ActionItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A postmortem as it stands, for one reader. Texts of sections are Markdown, others plain."""

    title: str
    began_on: date
    duration: str | None
    severity: str | None
    author: str | None
    reviewers: tuple[str, ...] = ()
    texts: Mapping[Section, str] = field(default_factory=dict)
    timeline: tuple[DocumentEntry, ...] = ()
    timeline_note: str = ""  # how many of the log's entries stand in it
    factors: tuple[DocumentFactor, ...] = ()
    items: tuple[DocumentItem, ...] = ()
