"""Issue tracker: what is asked of GitHub, Jira and their like; each is a folder beside the others.

A tracker knows no idempotency key. So each issue bears a mark of its action item, and is looked for
by it before it is created.
"""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import ClassVar, Final
from uuid import UUID

from activities.delivery.outbound import Outbound
from events.action_item.issue import IssueReport
from events.configuration.tracker import TrackerDefined, TrackerVendor
from events.ids import ActionItemId

FOLDERS: Final = "activities.integrations"
MODULE: Final = "tracker"  # of the folder
LONGEST_ANSWER: Final = 4 * 1024 * 1024  # bytes: a list of issues with long texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Issue that is to be created."""

    action_item_id: ActionItemId
    reference: str  # INC-1042-A3
    text: str  # one line
    due_on: date
    url: str  # of the action items of its incident
    asked_at: datetime  # nothing that is older can be it


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Issue that is there."""

    key: str
    url: str
    due_on: date | None = None  # what it says of when its action item is due, where we read that


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueNews:
    """What a webhook tells: of which action item, as the issue's mark says, and what."""

    action_item_id: ActionItemId
    report: IssueReport


class Tracker(ABC):
    """One tracker, as somebody defined it."""

    VENDOR: ClassVar[TrackerVendor]
    SIGNATURE: ClassVar[str]  # header of its webhooks, with "sha256=" and the hex digest in it

    def __init__(self, known: TrackerDefined, outbound: Outbound) -> None:
        self._known = known
        self._outbound = outbound

    @abstractmethod
    async def try_out(self, at: datetime) -> None:
        """Return if the tracker takes the token and shows the project; nothing is written.

        Raises: DeliveryFault.
        """

    @abstractmethod
    async def found(self, draft: Draft) -> Issue | None:
        """Return the issue that bears the mark of the action item, if there is one.

        Raises: DeliveryFault.
        """

    @abstractmethod
    async def create(self, draft: Draft) -> Issue:
        """Create the issue once, and return it.

        Raises: DeliveryFault.
        """

    @abstractmethod
    async def look(self, key: str, at: datetime) -> IssueReport:
        """Return how an issue stands now; one that is not there is missing.

        Raises: DeliveryFault.
        """

    @abstractmethod
    async def tell_due(self, key: str, due_on: date) -> None:
        """Have an issue say when its action item is due; told again it stays as it is.

        Raises: DeliveryFault; DeliveryRefused, too, where it has no place to say so.
        """

    @abstractmethod
    async def close(self, key: str, *, done: bool) -> None:
        """Close an issue as done, or as one that will not be; one that is closed stays so.

        Raises: DeliveryFault; DeliveryRefused, too, where it could only be said wrongly.
        """

    @classmethod
    @abstractmethod
    def news_in(
        cls, headers: Mapping[str, str], body: Mapping[str, object], at: datetime
    ) -> IssueNews | None:
        """Return what a webhook tells, None if it is nothing that concerns an action item."""


@cache
def tracker_types() -> Mapping[TrackerVendor, type[Tracker]]:
    """Return every tracker there is, by its vendor."""
    found: dict[TrackerVendor, type[Tracker]] = {}
    for folder in pkgutil.iter_modules(importlib.import_module(FOLDERS).__path__):
        if not folder.ispkg:
            continue
        inside = pkgutil.iter_modules(importlib.import_module(f"{FOLDERS}.{folder.name}").__path__)
        if MODULE not in {one.name for one in inside}:
            continue
        defined = vars(importlib.import_module(f"{FOLDERS}.{folder.name}.{MODULE}")).values()
        found |= {
            one.VENDOR: one
            for one in defined
            if isinstance(one, type) and issubclass(one, Tracker) and one is not Tracker
        }
    return found


def tracker_for(known: TrackerDefined, outbound: Outbound) -> Tracker:
    """Return the tracker, ready to be asked."""
    return tracker_types()[known.vendor](known, outbound)


def item_in(text: str) -> ActionItemId | None:
    """Return the action item whose id this is, None if it is none."""
    try:
        return ActionItemId(UUID(text))
    except ValueError:
        return None
