"""Steering of a page: what people asked of it while it ran, and whether that is done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from events.actor import actor_named
from events.page.commands import EscalateNow, ReplanPage
from events.page.plan import PagePlan, Step
from events.page.state import Page


class Steer(StrEnum):
    """What is asked of a page."""

    ESCALATE = "escalate"  # to leave its level at once
    REPLAN = "replan"  # to begin anew, with the plan of now


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """What was asked of a page last; `at` is None where nothing ever was."""

    leave: Step | None = None
    replans: int = 0
    by: str = ""
    at: datetime | None = None

    def of(self, page: Page) -> Steer | None:
        """Return what the page has still to do, None where all is done or moot."""
        if page.page_id is None or page.answered:
            return None
        if self.replans > page.replans:
            return Steer.REPLAN
        waits = page.step is not None and not page.timed_out and not page.over
        return Steer.ESCALATE if waits and page.step == self.leave else None

    def escalating(self, step: Step, at: datetime) -> EscalateNow:
        """Return the command that leaves the step."""
        return EscalateNow(step=step, actor=actor_named(self.by), at=at)

    def replanning(self, plan: PagePlan, at: datetime) -> ReplanPage:
        """Return the command that gives the page another plan."""
        return ReplanPage(number=self.replans, plan=plan, actor=actor_named(self.by), at=at)


UNSTEERED: Final = Steering()
