"""A quarter of a team as read models tell of it: healthy, or with something planted in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from events.action_item.item import ActionItemState, ActionKind, Priority
from events.ids import ResponderId, ServiceId
from events.incident.modes import Mode
from events.learning_policy.thresholds import PracticeThresholds
from events.on_call.layer import Frequency, Layer, Rotation
from events.on_call.rota import Edition, HolidayCalendar, Rota
from events.postmortem.document.factors import FactorKind
from events.postmortem.state import PostmortemState
from events.values.severity import Severity
from projections.findings.finding import Finding, PracticeMeasure
from projections.findings.patterns import all_findings
from projections.findings.record import PracticeRecord, PracticeRows, recorded
from projections.findings.recurring import PastIncident, PastIncidents
from projections.load.reading import OnCallRecord
from projections.metrics.engagements import EngagementRow
from projections.metrics.facts import FactsRow
from projections.metrics.interruptions import Interruption
from projections.metrics.quarters import MetricWindow
from projections.on_call.schedules import ScheduleRow
from projections.practice.action_items import ActionItemRow
from projections.practice.loudest import AlertOutcome
from projections.practice.postmortems import FactorRow, PostmortemRow

TEAM = tuple(map(ResponderId, ("ana", "ben", "cem", "dan", "eva", "fay")))
SERVICES = tuple(map(ServiceId, ("checkout", "search", "mail")))
DAYS = 90
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
BEGIN = NOW - timedelta(days=DAYS)
HERO = TEAM[2]


@dataclass
class Quarter:
    """Ninety days of six people who take a week each."""

    seed: int
    team: Sequence[ResponderId] = TEAM
    slower: float = 1  # times that an answer takes what it took before
    rows: list[FactsRow] = field(default_factory=list)
    before: list[FactsRow] = field(default_factory=list)
    engagements: list[EngagementRow] = field(default_factory=list)
    interruptions: list[Interruption] = field(default_factory=list)
    outcomes: dict[UUID, AlertOutcome] = field(default_factory=dict)
    items: list[ActionItemRow] = field(default_factory=list)
    postmortems: list[PostmortemRow] = field(default_factory=list)
    factors: list[FactorRow] = field(default_factory=list)
    judged: dict[tuple[UUID, UUID], bool] = field(default_factory=dict)
    changed_by: dict[UUID, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.answers = Random(self.seed + 10_000)
        self.rotation = Rotation(
            slots=tuple((who,) for who in self.team),
            first_hand_off=date(2026, 8, 31),
            hand_off_at=time(9),
            frequency=Frequency.WEEKLY,
        )
        self.layer = Layer(layer_id="first", name="First", rotation=self.rotation)

    def on_call(self, at: datetime) -> ResponderId:
        weeks = (at - datetime(2026, 8, 31, 9, tzinfo=UTC)) // timedelta(days=7)
        return self.team[weeks % len(self.team)]

    def answer(self) -> timedelta:
        return timedelta(minutes=self.answers.lognormvariate(1, 0.8))

    def incident(self, by: ResponderId | None = None, outcome: AlertOutcome | None = None) -> UUID:
        """Let an alert open an incident, somebody take it, and stop it."""
        at = BEGIN + timedelta(seconds=self.chance.uniform(0, DAYS * 86_400 - 7_200))
        number, called = len(self.rows) + 1, self.on_call(at)
        incident_id, who = UUID(int=number), by or called
        self.rows.append(
            facts(number, at, self.chance.choice(SERVICES), self.answer() * self.slower)
        )
        earlier = facts(number, at - timedelta(days=DAYS), SERVICES[0], self.answer())
        self.before.append(earlier)
        self.interruptions.append(
            Interruption(
                responder_id=called,
                began_at=at,
                messages=1,
                channels=("push",),
                incidents=(incident_id,),
            )
        )
        usual = AlertOutcome.WORKED if self.chance.random() < 0.93 else AlertOutcome.ACKNOWLEDGED
        self.outcomes[incident_id] = outcome or usual
        worked = self.outcomes[incident_id] is AlertOutcome.WORKED
        self.engagements.append(
            EngagementRow(
                engagement_id=f"{incident_id}/{who}",
                incident_id=incident_id,
                responder_id=who,
                acknowledged_at=at + timedelta(minutes=3),
                acknowledged=1,
                acted_first_at=at + timedelta(minutes=3),
                commanded=worked,
                mitigated=worked,
            )
        )
        return incident_id

    def postmortem(self, number: int, *, explained: bool = True, **more: object) -> str:
        """Let the postmortem of an incident be written, read and published."""
        incident = self.rows[number]
        asked = incident.declared_at + timedelta(days=2)
        row = {
            "incident_id": incident.incident_id,
            "state": PostmortemState.PUBLISHED,
            "author_id": "ana",
            "started_by": "responder:ana",
            "started_at": incident.declared_at,
            "review_requested_at": asked,
            "first_published_at": asked + timedelta(days=1),
            "words_by_people": 400,
            "spans": 6,
            "version": 9,
        }
        self.postmortems.append(PostmortemRow(**(row | more)))  # type: ignore[arg-type]
        if explained:
            self.factors.append(
                FactorRow(
                    factor_key=f"{incident.incident_id}/1",
                    incident_id=incident.incident_id,
                    number=1,
                    factor_kind=FactorKind.TRIGGER,
                    category="deploy",
                    because_of=None,
                    is_primary=True,
                    change_id=None,
                    recorded_by="responder:ana",
                    recorded_at=asked,
                )
            )
        return str(incident.incident_id)

    def item(self, **more: object) -> UUID:
        """Let an action item be opened and be done in time."""
        number = len(self.items) + 1
        opened = BEGIN + timedelta(days=5 + number)
        due = (opened + timedelta(days=30)).date()
        row = {
            "action_item_id": UUID(int=10_000 + number),
            "incident_id": self.rows[number % len(self.rows)].incident_id,
            "text": "Add a canary stage to the pipeline",
            "action": ActionKind.PREVENT,
            "owner": "ana",
            "team": None,
            "priority": Priority.P2,
            "factor": None,
            "state": ActionItemState.DONE,
            "due_on": due,
            "first_due_on": due,
            "opened_by": "responder:ana",
            "opened_at": opened,
            "opened_position": 1_000 + number,
            "started_at": opened + timedelta(days=2),
            "ended_at": opened + timedelta(days=20),
            "version": 3,
            "position": 2_000 + number,
        }
        self.items.append(ActionItemRow(**(row | more)))  # type: ignore[arg-type]
        return self.items[-1].action_item_id

    def record(self) -> PracticeRecord:
        edition = Edition(holds_from=BEGIN - timedelta(days=30), zone="UTC", layers=(self.layer,))
        schedule = ScheduleRow(
            schedule_id="shop",
            name="Shop",
            team_id="shop",
            zone="UTC",
            layers=(self.layer,),
            holidays=HolidayCalendar(),
            changed_by="responder:ana",
            changed_at=BEGIN,
            version=1,
        )
        rows = PracticeRows(
            record=OnCallRecord(
                window=MetricWindow(BEGIN, NOW),
                interruptions=tuple(sorted(self.interruptions, key=lambda one: one.began_at)),
                editions={},
                schedules={"shop": schedule},
                rotas={"shop": Rota(editions=(edition,))},
            ),
            incidents=sorted(self.rows, key=lambda row: row.declared_at, reverse=True),
            before=self.before,
            engagements=self.engagements,
            outcomes=self.outcomes,
            paged=(),
            postmortems=self.postmortems,
            factors=self.factors,
            items=self.items,
            references={row.incident_id: row.reference for row in self.rows},
            past=self.past(),
            of_items=self.factors,
            changed_by=self.changed_by,
        )
        return recorded(rows, NOW, PracticeThresholds())

    def past(self) -> PastIncidents:
        published = {one.incident_id for one in self.postmortems if one.first_published_at}
        incidents = [
            PastIncident(
                incident_id=row.incident_id,
                reference=row.reference,
                service_id=row.service_id,
                cause=row.cause,
                declared_at=row.declared_at,
                over_at=row.resolved_at,
            )
            for row in sorted(self.rows, key=lambda row: row.declared_at)
        ]
        return PastIncidents(
            incidents=incidents,
            judged=self.judged,
            heard=frozenset(published),
            defined=dict.fromkeys(SERVICES, BEGIN - timedelta(days=300)),
        )

    def findings(self) -> dict[PracticeMeasure, Finding]:
        """Return the worst finding of each measure."""
        found: dict[PracticeMeasure, Finding] = {}
        for one in all_findings(self.record()):
            found.setdefault(one.measure, one)
        return found


def healthy(seed: int) -> Quarter:
    """Return a quarter in which people share what there is, and do what they said."""
    quarter = Quarter(seed)
    for _ in range(30):
        quarter.incident()
    for number in range(12):
        quarter.item()
        quarter.postmortem(number)
    return quarter


def facts(number: int, at: datetime, service_id: ServiceId, took: timedelta) -> FactsRow:
    """Return an incident that somebody stopped."""
    return FactsRow(
        incident_id=UUID(int=number),
        reference=f"INC-{number}",
        title="Checkout fails",
        mode=Mode.REAL,
        declared_position=number,
        service_id=service_id,
        team_id=None,
        severity=Severity.SEV2,
        peak_severity=Severity.SEV2,
        began_at=None,
        began_by=None,
        detected_told_at=None,
        detected_at=at,
        declared_at=at,
        called_at=at,
        acknowledged_at=at + took,
        calls=(),
        calendar=None,
    )
