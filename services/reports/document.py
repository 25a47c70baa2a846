"""Report document: what a report says, in whatever form it is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.reports.box import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A text that leads to a page."""

    text: str
    address: str  # a path of the web app


type Cell = str | Linked


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Column of a table."""

    title: str
    number: bool = False  # its cells stand right


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Table of a section."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Drawing beside the table that says the same; only pages show it."""

    title: str
    description: str
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a report."""

    title: str
    sentences: Sequence[str] = ()
    grids: Sequence[Grid] = ()
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Report of a quarter."""

    quarter: str  # 2026-Q4
    zone: str
    begin: datetime
    end: datetime  # not included
    as_of: int | None  # the position it stands on; None: as it was when somebody asked
    learning_policy_id: str  # whose targets and causes they are
    policy_number: int  # 0 is the default, which nobody has defined
    preliminary: str | None  # why it may still change
    box: Box
    sections: Sequence[Section] = field(default_factory=tuple)
    shape: int = 1  # which sections and which style it has

    @property
    def title(self) -> str:
        """Return what stands above it."""
        return f"Incident report {self.quarter}"


def columns(*titles: str) -> tuple[Column, ...]:
    """Return columns; those whose title ends in > have numbers."""
    return tuple(Column(title=one.rstrip(">"), number=one.endswith(">")) for one in titles)


def cell_text(cell: Cell) -> str:
    """Return what a cell says."""
    return cell.text if isinstance(cell, Linked) else cell
