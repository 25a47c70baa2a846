"""Whatever monitors, people and outages do, a firing alert that was taken in is looked after (P13).

A monitor fires, repeats, resolves, loses, cuts short and reorders what it says, by clocks that are
ahead and behind. People take, mitigate, resolve, reopen, close, decline and merge incidents, judge
them better and worse, or nobody answers at all. The workflows may be away at any time.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

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
from events.incident.relations.commands import MergeIncident
from events.incident.severity.commands import ChangeSeverity, TriageIncident
from events.incident.work_item.commands import CompleteWorkItem
from events.values.severity import Impact, Scope, Severity
from services.request_refusals import FiringInDoubt
from tests.services.api.intake.monitor import STARTED, one_alert, story_of
from tests.services.api.intake.world import ADA, World

GROUPS = {"by-name": ("a", "b"), "by-place": ("b", "c")}  # both of them watch b
FINGERPRINTS = ["a", "b", "c"]

groups = st.sampled_from(sorted(GROUPS))
fingerprints = st.sampled_from(FINGERPRINTS)
severities = st.sampled_from(["", "sev1", "sev2", "sev3", "sev4"])
skews = st.sampled_from([0, 0, 0, -90, -20, 20, 90, 3_600, -86_400])  # seconds
numbers = st.sampled_from([0, 0, 0, 0, 1, 2, 3])

type Act = Callable[..., IncidentCommand]
acts: st.SearchStrategy[Act] = st.sampled_from(
    [
        AcknowledgeIncident,
        partial(MitigateIncident, summary="Failed over."),
        partial(ResolveIncident, summary="Fixed.", reason="Now."),
        partial(ReopenIncident, phase=Phase.DETECTION, reason="Not over."),
        partial(ReopenIncident, phase=Phase.RESPONSE, reason="Not over."),
        partial(CloseIncident, reason="No review."),
        partial(DeclineIncident, reason="False alarm."),
        partial(CompleteWorkItem, summary="Done."),
        *(partial(ChangeSeverity, severity=one, reason="So.") for one in Severity),
        partial(TriageIncident, impact=Impact.INCONVENIENCE, scope=Scope.MINIMAL),
        partial(TriageIncident, impact=Impact.COMPLETE_LOSS, scope=Scope.WIDESPREAD),
    ]
)


class AlertsUnderAnyHistory(RuleBasedStateMachine):
    """Each answer is checked when it is given, and every refusal is one that ends."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.world = World()
        self.alerts: dict[str, dict[str, Any]] = {}  # as the monitor has them
        self.kept: list[dict[str, Any]] = []  # said, and still on their way
        self.run(self.world.begin())

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.close()

    def run[Result](self, step: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(step)

    # The monitor.

    @rule(
        fingerprint=fingerprints,
        word=st.sampled_from(["fires", "fires", "fires still", "fires again", "is over"]),
        severity=severities,
        skew=skews,
        way=st.sampled_from(["taken in", "taken in", "cut short", "held up", "not said"]),
        group=groups,
    )
    def monitor(  # what it sees, what it says of that, and what becomes of its message
        self, *, fingerprint: str, word: str, severity: str, skew: float, way: str, group: str
    ) -> None:
        self.see(fingerprint, word, severity, skew)
        body = self.said_of(group, 1 if way == "cut short" else 0)
        if body is None or way == "not said":
            return
        if way == "held up":  # for now, or for ever
            self.kept.append(body)
        else:
            self.deliver(body)

    @precondition(lambda self: self.kept)
    @rule(number=numbers)
    def something_late_arrives(self, number: int) -> None:
        self.deliver(self.kept[number % len(self.kept)])

    def see(self, fingerprint: str, word: str, severity: str, skew: float) -> None:
        moment = self.world.now + timedelta(seconds=skew)  # by the monitor's clock
        known = self.alerts.get(fingerprint)
        if known is None or word == "fires":
            alert = one_alert(fingerprint, after=(moment - STARTED).total_seconds())
            alert["labels"] |= {"severity": severity} if severity else {}
            self.alerts[fingerprint] = alert
        elif word == "fires again":  # as of its first start
            self.alerts[fingerprint] = known | {"status": "firing"}
        elif word == "is over":
            over = {"status": "resolved", "endsAt": moment.isoformat()}
            self.alerts[fingerprint] = known | over

    def said_of(self, group: str, cut: int) -> dict[str, Any] | None:
        told = [self.alerts[one] for one in GROUPS[group] if one in self.alerts]
        told = told[: max(len(told) - cut, 1)]
        labels = {"alertname": group}
        body = {"version": "4", "groupKey": group, "groupLabels": labels, "alerts": told}
        return body | {"truncatedAlerts": cut} if told else None

    def deliver(self, body: dict[str, Any]) -> None:
        """Say it until it is taken, as a monitor does, and check what was promised."""
        for _ in range(2):
            event("said")
            try:
                self.run(self.world.hear(body))
            except FiringInDoubt as doubt:
                event("in doubt")
                seconds = doubt.facts["retry_after"]
                assert isinstance(seconds, int)
                assert 0 < seconds <= 300
                self.world.now += timedelta(seconds=seconds)
            else:
                break
        else:
            raise AssertionError("it is asked for again and again")
        for alert in body["alerts"]:
            if alert["status"] == "firing":
                assert self.run(self.world.is_looked_after(alert["fingerprint"]))
        self.say_it_once_more(body)

    def say_it_once_more(self, body: dict[str, Any]) -> None:
        """What comes again pages nobody, opens nothing and asks nothing of an incident."""
        if any(alert["status"] == "resolved" for alert in body["alerts"]):
            return
        before = len(self.run(story_of(self.world.log)).events), self.waiting()
        self.run(self.world.hear(body))
        assert (len(self.run(story_of(self.world.log)).events), self.waiting()) == before

    def waiting(self) -> int:
        return len(self.run(self.world.inbox.claim(1_000)))

    # Time, and what is away.

    @rule(minutes=st.sampled_from([0.2, 1, 4, 6, 240, 3_000]))
    def time_passes(self, minutes: float) -> None:
        self.world.pass_time(minutes)

    @rule(away=st.booleans())
    def temporal_goes_or_comes_back(self, *, away: bool) -> None:
        if away:
            self.world.temporal_is_away = True
        else:
            self.run(self.world.catch_up())

    @rule()
    def alerts_of_merged_incidents_move(self) -> None:
        self.run(self.world.move_strays(FINGERPRINTS))

    # People.

    @rule(number=numbers)
    def nobody_answers(self, number: int) -> None:
        incident_id = self.one_of_all(number)
        if incident_id is not None:
            self.run(self.world.exhaust(incident_id))

    @rule(number=numbers, act=acts)
    def people(self, number: int, act: Act) -> None:
        incident_id = self.one_of_all(number)
        if incident_id is not None:
            self.run(self.world.ask(incident_id, act(actor=ADA, at=self.world.now)))

    @rule(number=numbers, other=numbers)
    def merge(self, number: int, other: int) -> None:
        incident_id, into = self.one_of_all(number), self.one_of_all(other)
        if incident_id is not None and into is not None:
            merge = MergeIncident(
                into_incident_id=into,
                into_reference="INC",
                reason="The same.",
                actor=ADA,
                at=self.world.now,
            )
            self.run(self.world.ask(incident_id, merge))

    def one_of_all(self, number: int) -> IncidentId | None:
        known = self.run(self.world.incidents())
        return known[-1 - number % len(known)] if known else None  # 0 is the newest


AlertsUnderAnyHistory.TestCase.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None
)
TestNoAlertIsSwallowed = AlertsUnderAnyHistory.TestCase
