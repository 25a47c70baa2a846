"""Whatever a PagerDuty sender and people do in turn, its keys mean what they mean over there.

And what fires is looked after: by people as soon as it is news, whoever acknowledged before.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from events.ids import IncidentId
from events.incident.commands import (
    AcknowledgeIncident,
    CloseIncident,
    DeclineIncident,
    IncidentCommand,
    MitigateIncident,
    ReopenIncident,
    ResolveIncident,
)
from events.incident.phases import Phase
from events.log.recorded import Metadata
from events.values.severity import Severity
from services.api.intake.sources.pagerduty.event import Action, Event, take_event
from services.attending import Attending
from services.intake.arrival import Intake
from tests.services.api.intake.monitor import SENDER, story_of
from tests.services.api.intake.world import ADA, World

KEYS = ["a", "b", "c"]
keys = st.sampled_from(KEYS)
# SEV4 pages nobody, whoever has it.
severities = st.sampled_from([None, Severity.SEV1, Severity.SEV2, Severity.SEV3])
acts: st.SearchStrategy[Callable[..., IncidentCommand]] = st.sampled_from(
    [
        AcknowledgeIncident,
        partial(MitigateIncident, summary="Failed over."),
        partial(ResolveIncident, summary="Fixed.", reason="Now."),
        partial(ReopenIncident, phase=Phase.RESPONSE, reason="Not over."),
        partial(CloseIncident, reason="No review."),
        partial(DeclineIncident, reason="False alarm."),
    ]
)


class PagerDutyUnderAnyHistory(RuleBasedStateMachine):
    """The model is PagerDuty's: a key is open from its trigger to its resolve, and never twice."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.world = World()
        self.open: set[str] = set()
        self.opened = 0
        self.run(self.world.begin())

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.close()

    def run[Result](self, step: Coroutine[None, None, Result]) -> Result:
        return self.loop.run_until_complete(step)

    def send(self, action: Action, key: str, severity: Severity | None = None) -> None:
        """Send one event; a refusal of any kind is a failure: it may never come again."""
        self.world.pass_time(0.001)  # no two messages arrive at once
        intake = Intake(
            log=self.world.log,
            attending=Attending(self.world.log, self.world.inbox),
            sender=SENDER,
            source="pagerduty-events-v2",
            losses=Counter(),
            metadata=Metadata(principal=SENDER.principal),
            at=self.world.now,
            storms=asyncio.Semaphore(),
        )
        event = Event(action=action, dedup_key=key, summary=f"Disk {key}", severity=severity)
        assert self.run(take_event(event, intake)) == key

    @rule(key=keys, severity=severities, times=st.integers(1, 3))
    def trigger(self, *, key: str, severity: Severity | None, times: int) -> None:
        news = key not in self.open
        for _ in range(times):
            self.send(Action.TRIGGER, key, severity)
        self.open.add(key)
        self.opened += news
        assert self.run(self.world.is_looked_after(key))
        if news:
            alert = self.run(self.world.alert(key))
            assert alert.incident_id is not None
            holder = self.run(self.world.expected(alert.incident_id)).incident.acknowledged_by
            assert holder != SENDER.principal

    @rule(key=keys)
    def resolve(self, key: str) -> None:
        self.send(Action.RESOLVE, key)
        self.open.discard(key)

    @rule(key=keys)
    def acknowledge(self, key: str) -> None:
        before = self.holder(key)
        self.send(Action.ACKNOWLEDGE, key)
        if key in self.open:
            assert self.holder(key) == (before or SENDER.principal)
        else:
            assert self.holder(key) == before

    def holder(self, key: str) -> str | None:
        """Return who has the key's incident; somebody, in effect, where it is over."""
        alert = self.run(self.world.alert(key))
        if alert.incident_id is None:
            return None
        home = self.run(self.world.expected(alert.incident_id))
        return home.incident.acknowledged_by if home.takes_alerts else "over"

    @rule(number=st.integers(0, 3), act=acts)
    def people(self, number: int, act: Callable[..., IncidentCommand]) -> None:
        known: list[IncidentId] = self.run(self.world.incidents())
        if known:
            incident_id = known[-1 - number % len(known)]
            self.run(self.world.ask(incident_id, act(actor=ADA, at=self.world.now)))

    @rule(minutes=st.sampled_from([0.2, 1, 6, 240]))
    def time_passes(self, minutes: float) -> None:
        self.world.pass_time(minutes)

    @rule(away=st.booleans())
    def temporal_goes_or_comes_back(self, *, away: bool) -> None:
        if away:
            self.world.temporal_is_away = True
        else:
            self.run(self.world.catch_up())

    @rule()
    def each_key_is_open_here_where_it_is_open_there(self) -> None:
        story = self.run(story_of(self.world.log))
        assert {key for key in KEYS if self.run(self.world.alert(key)).is_open} == self.open
        assert story.types.count("alert.triggered") == self.opened


PagerDutyUnderAnyHistory.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None
)
TestPagerDutyUnderAnyHistory = PagerDutyUnderAnyHistory.TestCase
