"""Hero culture: too much rests on one person, who will be away one day."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from events.actor import actor_named
from events.page.purpose import Purpose
from projections.findings.finding import (
    Evidence,
    EvidenceKind,
    Finding,
    FindingState,
    PracticeMeasure,
)
from projections.findings.judging import (
    FEWEST_IN_A_RATE,
    FEWEST_IN_A_SHARE,
    fewest_for_half,
    percent,
    rated,
    share,
)
from projections.findings.record import PracticeRecord
from projections.load.bands import Band, band_at, hours_at
from projections.load.carried import is_within, within
from projections.metrics.engagements import EngagementRow
from projections.paging.paged_incidents import PagedIncidentRow

FIRST: Final = 1  # level

type Doings = Mapping[str, Sequence[UUID]]  # of each person: in which incidents, each as often


def findings(record: PracticeRecord) -> Iterator[Finding]:
    """Yield what is measured of hero culture."""
    counted = record.counted
    engaged = [one for one in record.engagements if one.incident_id in counted]
    for measure, did in (
        (PracticeMeasure.ACKNOWLEDGEMENTS, "acknowledged"),
        (PracticeMeasure.COMMANDS, "commanded"),
        (PracticeMeasure.MITIGATIONS, "mitigated"),
    ):
        yield largest_share(record, measure, _who(engaged, did))
    yield largest_share(record, PracticeMeasure.OUT_OF_HOURS, _out_of_hours(record))
    yield largest_share(record, PracticeMeasure.LAST_RESORT, _last_resorts(record))
    yield from _bus_factors(record, engaged)
    yield from _small_rotations(record)
    yield _off_duty(record, engaged)


def largest_share(record: PracticeRecord, measure: PracticeMeasure, doings: Doings) -> Finding:
    """Return the largest share of one person, against the equal one of those on call."""
    whole = sum(len(each) for each in doings.values())
    most = max(sorted(doings), key=lambda who: len(doings[who]), default=None)
    part = len(doings[most]) if most is not None else 0
    thresholds = record.thresholds.hero_culture
    people = len(record.people) or len(doings)
    enough = whole >= FEWEST_IN_A_SHARE
    return Finding(
        measure=measure,
        state=share(part, whole, people, thresholds),
        value=percent(part, whole) if enough else None,
        threshold=thresholds.share_percent,
        sample=whole,
        person=most if enough else None,
        evidence=record.evidence(doings[most]) if most is not None and enough else (),
    )


def _who(engaged: Sequence[EngagementRow], did: str) -> Doings:
    people: dict[str, list[UUID]] = {}
    for one in engaged:
        if getattr(one, did):
            people.setdefault(one.responder_id, []).append(one.incident_id)
    return people


def _out_of_hours(record: PracticeRecord) -> Doings:
    people: dict[str, list[UUID]] = {}
    for one in record.on_call.interruptions:
        editions = record.on_call.editions.get(one.responder_id, ())
        band = band_at(hours_at(editions, one.began_at), one.began_at)
        if band is not Band.WORK and within(record.window, one.began_at):
            people.setdefault(one.responder_id, []).append(one.incidents[0])
    return people


def _last_resorts(record: PracticeRecord) -> Doings:
    """Return who answered pages that had been put to somebody else before."""
    people: dict[str, list[UUID]] = {}
    for incident_id, row in record.paged.items():
        for who in _answered_late(row):
            people.setdefault(who, []).append(incident_id)
    return people


def _answered_late(row: PagedIncidentRow) -> Iterator[str]:
    for page in row.pages:
        who = page.acknowledged_by and actor_named(page.acknowledged_by).responder_id
        if not who or page.purpose is not Purpose.RESPONSE:
            continue
        steps = [step for plan in page.plans for step in plan.steps if step.responder_ids]
        asked_others = any(who not in step.responder_ids for step in steps[:FIRST])
        if len(steps) > FIRST and asked_others:
            yield who


def _bus_factors(record: PracticeRecord, engaged: Sequence[EngagementRow]) -> Iterator[Finding]:
    """Yield each service with enough incidents: the fewest people who did half of its work."""
    thresholds, counted = record.thresholds.hero_culture, record.counted
    services: dict[str, dict[str, list[UUID]]] = {}
    for one in engaged:
        service_id = counted[one.incident_id].service_id
        if one.mitigated and service_id is not None:
            people = services.setdefault(service_id, {})
            people.setdefault(one.responder_id, []).append(one.incident_id)
    for name, people in sorted(services.items()):
        parts = [len(each) for each in people.values()]
        most = max(sorted(people), key=lambda who: len(people[who]))
        whole, fewest = sum(parts), fewest_for_half(parts)
        state = FindingState.OK
        if whole < thresholds.bus_factor_from_incidents:
            state = FindingState.TOO_FEW
        elif fewest <= thresholds.bus_factor:
            around = max(len(record.people), len(people))
            unlikely = share(len(people[most]), whole, around, thresholds)
            alone = len(people) == fewest  # nobody else ever did any of it
            state = FindingState.FOUND if alone else unlikely
        yield Finding(
            measure=PracticeMeasure.BUS_FACTOR,
            state=state,
            value=fewest,
            threshold=thresholds.bus_factor,
            below=True,
            sample=whole,
            about=name,
            person=most if state is FindingState.FOUND else None,
            evidence=record.evidence(people[most]),
        )


def _small_rotations(record: PracticeRecord) -> Iterator[Finding]:
    """Yield each schedule: the people of its smallest rotation."""
    fewest = record.thresholds.hero_culture.rotation_people
    for schedule_id in sorted(record.load.rotations):
        schedule = record.on_call.schedules[schedule_id]
        layers = [one for one in schedule.layers if not one.shadow and schedule.ended_at is None]
        sizes = [len({who for slot in one.rotation.slots for who in slot}) for one in layers]
        if not any(sizes):
            continue
        people = min(size for size in sizes if size)
        yield Finding(
            measure=PracticeMeasure.SMALL_ROTATION,
            state=FindingState.FOUND if people < fewest else FindingState.OK,
            value=people,
            threshold=fewest,
            below=True,
            sample=len(layers),
            about=schedule_id,
            evidence=(Evidence(kind=EvidenceKind.SCHEDULE, id=schedule_id, name=schedule.name),),
        )


def _off_duty(record: PracticeRecord, engaged: Sequence[EngagementRow]) -> Finding:
    """Return in how many incidents that took free time somebody off duty was at work."""
    late: set[UUID] = set()
    off_duty: set[UUID] = set()
    for one in engaged:
        at, editions = one.acted_first_at, record.on_call.editions.get(one.responder_id, ())
        if at is None or band_at(hours_at(editions, at), at) is Band.WORK:
            continue
        late.add(one.incident_id)
        if not is_within(record.load.turns.get(one.responder_id, ()), at):
            off_duty.add(one.incident_id)
    enough = len(late) >= FEWEST_IN_A_RATE and bool(record.people)
    threshold = record.thresholds.hero_culture.off_duty_percent
    value = percent(len(off_duty), len(late))
    return Finding(
        measure=PracticeMeasure.OFF_DUTY,
        state=rated(len(off_duty), len(late), threshold) if enough else FindingState.TOO_FEW,
        value=value if enough else None,
        threshold=threshold,
        sample=len(late),
        evidence=record.evidence(off_duty),
    )
