"""Document: how a simulated team writes, reviews and publishes a postmortem."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID, uuid5

from events.ids import TOCSIN, ResponderId
from events.incident.privacy.commands import AddMember
from events.postmortem.commands import (
    ApprovePostmortem,
    PublishPostmortem,
    RecordFactor,
    RequestReview,
    WriteSection,
)
from events.postmortem.decide import AGGREGATE as POSTMORTEM
from events.postmortem.digest import digest_of
from events.postmortem.document.branches import ENDS_AT_A_PERSON, ending_at_a_person
from events.postmortem.document.factors import Factor, FactorKind
from events.postmortem.document.publishing import HintsLeft, Visibility
from events.postmortem.document.sections import Section
from events.postmortem.document.terms import DEFAULT_TERMS
from events.postmortem.state import Postmortem
from events.values.severity import Severity
from events.wording.hints import by_rule, hints_in
from services.projector.postmortems import METADATA, beginning, begins_by_itself
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.patterns import Pattern
from services.simulation.clockwork.world import Itself, person
from services.simulation.company.hours import in_work_hours
from services.simulation.response.case import Case
from services.simulation.response.meeting import held, scheduled
from services.simulation.response.prose import BLAMING, prose

SESSIONS: Final = (  # what is written in one sitting, in the order it is written
    (Section.SUMMARY, Section.IMPACT),
    (Section.ROOT_CAUSE, Section.CONTRIBUTING_FACTORS),
    (Section.WENT_WELL, Section.COULD_BE_IMPROVED, Section.LESSONS_LEARNED),
)
CALM: Final = (4.0, 11.0)  # minutes for a section
HASTY: Final = (0.2, 0.4)
BLAMED: Final = frozenset({Section.ROOT_CAUSE, Section.COULD_BE_IMPROVED})


async def begun(case: Case) -> Sequence[UUID]:
    """Begin the postmortem as the relay does, where the incident asks for one by itself."""
    incident = await case.state()
    command = beginning(case.incident_id, incident, DEFAULT_TERMS)
    if not begins_by_itself(incident, command.terms):
        return ()
    name = f"postmortem:{case.incident_id}:resolved"
    itself = Itself(command_id=uuid5(TOCSIN, name), metadata=METADATA)
    given = replace(command, at=case.world.now)
    return await case.world.give(POSTMORTEM, case.incident_id, given, itself)


async def written(case: Case, action_items: int) -> AsyncGenerator[Wait]:
    """Write the sections in three sittings, talk it over, have it read, and publish it."""
    team = case.failure.service.team
    theatre = case.world.shows(Pattern.POSTMORTEM_THEATRE)
    meets_at = None if theatre else await scheduled(case)
    async for wait in _sat_down(case):
        yield wait
    if meets_at is not None:
        async for wait in held(case, meets_at):
            yield wait
    await _analysed(case)
    reviewers = await _reviewers(case)
    if (await case.state()).privacy.private:
        for reviewer in reviewers:
            await case.does(AddMember, responder_id=reviewer)
    for reviewer in reviewers:
        yield Wait(until=in_work_hours(case.world, team.zone, 0.02 if theatre else 2.5))
        if reviewer == reviewers[0]:
            asked = RequestReview(
                reviewer_ids=reviewers,
                timeline_until=await case.world.log.head(),
                actor=person(case.lead),
                at=case.world.now,
            )
            await case.world.give(POSTMORTEM, case.incident_id, asked)
            yield case.minutes(0.5, 1.2, "reads") if theatre else case.minutes(35, 150, "reads")
        await _approve(case, reviewer)
    yield case.minutes(1, 9, "publishes")
    events = await _publish(case, action_items)
    if theatre:
        case.world.plant(Pattern.POSTMORTEM_THEATRE, events)


async def _sat_down(case: Case) -> AsyncGenerator[Wait]:
    theatre = case.world.shows(Pattern.POSTMORTEM_THEATRE)
    for number, sections in enumerate(SESSIONS):
        for section in sections:
            yield case.minutes(*(HASTY if theatre else CALM), "writes", section)
            await _write(case, section)
        if not theatre:
            yield Wait(until=in_work_hours(case.world, case.zone, 0.7 + number))


async def _known(case: Case) -> Postmortem:
    known: Postmortem = await case.world.state(POSTMORTEM, case.incident_id)
    return known


async def _gives(case: Case, command: Any) -> Sequence[UUID]:
    return await case.world.give(POSTMORTEM, case.incident_id, command)


async def _write(case: Case, section: Section) -> None:
    known = await _known(case)
    text = prose(section, case.failure)
    blaming = case.world.shows(Pattern.BLAME) and section in BLAMED
    if blaming:
        name = case.world.names[case.lead]
        text = f"{text} {BLAMING[section].format(name=name)}"
    if case.world.shows(Pattern.POSTMORTEM_THEATRE):
        text = text.split(".")[0] + "."
    command = WriteSection(
        section=section,
        based_on=known.revision_of(section),
        text=text,
        actor=person(case.lead),
        at=case.world.now,
    )
    events = await _gives(case, command)
    if blaming:
        case.world.plant(Pattern.BLAME, events)


async def _analysed(case: Case) -> None:
    """Record the primary factor, and what set it off where that was a change."""
    kind = case.failure.kind
    factors = [(FactorKind.FACTOR, kind.cause, True)]
    if kind.after_a_change:
        factors.append((FactorKind.TRIGGER, "A change went out half an hour before", False))
    for factor_kind, text, primary in factors:
        await _record(case, Factor(kind=factor_kind, category=kind.category, primary=primary), text)
    if case.world.shows(Pattern.BLAME):
        text = BLAMING[Section.ROOT_CAUSE].format(name=case.world.names[case.lead])
        why = Factor(kind=FactorKind.FACTOR, category=kind.category, because_of=1)
        case.world.plant(Pattern.BLAME, await _record(case, why, text))


async def _record(case: Case, factor: Factor, text: str) -> Sequence[UUID]:
    command = RecordFactor(
        factor_id=case.world.new_id(),
        factor=factor,
        text=text,
        actor=person(case.lead),
        at=case.world.now,
    )
    return await _gives(case, command)


async def _reviewers(case: Case) -> tuple[ResponderId, ...]:
    """Return who reads it: of a SEV1 two people, one of them from another team."""
    incident, dice = await case.state(), case.draws.dice(case.failure.name, "reviewers")
    team = case.failure.service.team.people
    others = [one for one in case.world.zones if one not in {*team, *incident.responders}]
    author = (await _known(case)).author_id
    near = [one for one in team if one not in {author, case.lead}]
    if incident.severity is not Severity.SEV1:
        return (dice.choice(near),)
    return (dice.choice(near), dice.choice(others or near))


async def _approve(case: Case, reviewer: ResponderId) -> None:
    known, incident = await _known(case), await case.state()
    command = ApprovePostmortem(
        digest=digest_of(known),
        was_responder=reviewer in incident.responders,
        actor=person(reviewer),
        at=case.world.now,
    )
    events = await _gives(case, command)
    if case.world.shows(Pattern.POSTMORTEM_THEATRE):
        case.world.plant(Pattern.POSTMORTEM_THEATRE, events)


async def _publish(case: Case, action_items: int) -> Sequence[UUID]:
    known, incident = await _known(case), await case.state()
    names = [name for one in incident.responders for name in (one, case.world.names[one])]
    hints = [
        hint
        for section, one in sorted(known.sections.items())
        for hint in hints_in(one.text, section, people=sorted(names))
    ]
    counts = {str(rule): count for rule, count in by_rule(hints).items()}
    if ends := ending_at_a_person(known.factors, sorted(names)):
        counts[ENDS_AT_A_PERSON] = len(ends)
    command = PublishPostmortem(
        visibility=Visibility.EVERYONE,
        severity=incident.severity,
        action_items=action_items,
        timeline_until=await case.world.log.head(),
        reason="It was read by whoever was there.",
        hints_left=tuple(HintsLeft(rule=rule, count=count) for rule, count in counts.items()),
        actor=person(case.lead),
        at=case.world.now,
    )
    return await _gives(case, command)
