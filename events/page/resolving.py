"""Resolving of a level: from targets to people, as they are at the moment it is reached."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from events.configuration.responder import ResponderKind
from events.configuration.team import TeamDefined
from events.escalation.condition import why_not
from events.escalation.level import Acknowledge, Assign
from events.escalation.target import Target, Turn
from events.ids import ResponderId, ScheduleId, TeamId
from events.on_call.rota import Rota
from events.on_call.who import next_on_call, on_call
from events.page.paged import Paged
from events.page.plan import Part, PlannedLevel
from events.values.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Whom targets mean at one moment; what is missing does not exist, or has ended."""

    on_call: Mapping[tuple[ScheduleId, Turn], tuple[ResponderId, ...]] = field(default_factory=dict)
    teams: Mapping[TeamId, TeamDefined] = field(default_factory=dict)
    unreadable: frozenset[ScheduleId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whether one responder can be paged."""

    kind: ResponderKind = ResponderKind.PERSON
    ways: tuple[str, ...] = ()  # channels; none: they cannot be paged


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What conditions ask about: an incident at a moment."""

    severity: Severity | None
    service_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Whom a level reaches. Without people, `skipped` or `empty` says why, unless it only tells."""

    people: tuple[Paged, ...] = ()
    skipped: str | None = None  # nobody was to be paged by it
    empty: str | None = None  # somebody was, and nobody can be


type Turns = Callable[[Part, tuple[Target, ...]], Target | None]


def whose_turn(rota: Rota, turn: Turn, at: datetime) -> tuple[ResponderId, ...]:
    """Return who is on call in a schedule at an instant, or who is after them."""
    shift = on_call(rota, at) if turn is Turn.CURRENT else next_on_call(rota, at)
    return shift.responder_ids if shift else ()


def people_of(target: Target, directory: Directory) -> tuple[ResponderId, ...]:
    """Return whom a target means."""
    if target.responder_id is not None:
        return (target.responder_id,)
    if target.team_id is not None:
        team = directory.teams.get(target.team_id)
        return tuple(member.responder_id for member in team.members) if team else ()
    if target.schedule_id is None:
        return ()
    return directory.on_call.get((target.schedule_id, target.turn), ())


def parts_left(level: PlannedLevel, about: About) -> tuple[tuple[Part, ...], str | None]:
    """Return the parts of a level whose conditions hold, and why the others are left out."""
    reasons = [
        (part, why_not(part.when, about.severity, about.service_id, about.at))
        for part in level.parts
    ]
    left = tuple(part for part, reason in reasons if reason is None)
    return left, next((reason for _, reason in reasons if reason is not None), None)


def resolved(
    level: PlannedLevel,
    *,
    but: Sequence[ResponderId],
    about: About,
    directory: Directory,
    reach: Mapping[ResponderId, Reach],
    turn: Turns,
) -> Resolved:
    """Return whom a level reaches, with the turns of those of its parts that take turns."""
    parts, reason = parts_left(level, about)
    if not parts:
        return Resolved(skipped=reason)
    found: dict[ResponderId, Paged] = {}
    meant = spared = False
    for part in parts:
        asked = {target: people_of(target, directory) for target in part.targets}
        spared = spared or any(one in but for people in asked.values() for one in people)
        whole = {
            target: [one for one in people if one not in but] for target, people in asked.items()
        }
        meant = meant or any(_means_people(target, reach) for target in part.targets)
        for target in _this_time(part, whole, reach, turn):
            _add(found, part, target, whole[target], reach)
    people = tuple(found.values())
    if any(one.kind is ResponderKind.PERSON for one in people) or not meant:
        return Resolved(people=people)
    if spared and not _whys(parts, directory, reach, but):
        return Resolved(people=people, skipped="everybody on it is left out of this page")
    whys = "; ".join(_whys(parts, directory, reach, but))
    return Resolved(people=people, empty=whys)


def _this_time(
    part: Part,
    whole: Mapping[Target, Sequence[ResponderId]],
    reach: Mapping[ResponderId, Reach],
    turn: Turns,
) -> list[Target]:
    """Return the targets of a part that are paged this time; channels are told each time."""
    if part.assign is Assign.EVERYBODY:
        return list(part.targets)
    notified = [target for target in part.targets if not _means_people(target, reach)]
    reachable = tuple(
        target
        for target in part.targets
        if target not in notified and any(_can_be_paged(one, reach) for one in whole[target])
    )
    chosen = turn(part, reachable) if reachable else None
    return [*notified, *([chosen] if chosen is not None else [])]


def _add(
    found: dict[ResponderId, Paged],
    part: Part,
    target: Target,
    people: Sequence[ResponderId],
    reach: Mapping[ResponderId, Reach],
) -> None:
    """Add people to those who were found, each once; who is to answer for themselves, is."""
    for one in (one for one in people if _can_be_paged(one, reach)):
        before = found.get(one)
        own = part.acknowledge is Acknowledge.ALL or (before is not None and before.own_answer)
        found[one] = Paged(
            responder_id=one,
            target=before.target if before else target,
            kind=reach[one].kind,
            own_answer=own and reach[one].kind is ResponderKind.PERSON,
        )


def _can_be_paged(one: ResponderId, reach: Mapping[ResponderId, Reach]) -> bool:
    known = reach.get(one)
    return known is not None and bool(known.ways)


def _means_people(target: Target, reach: Mapping[ResponderId, Reach]) -> bool:
    known = reach.get(target.responder_id) if target.responder_id is not None else None
    return known is None or known.kind is ResponderKind.PERSON


def _whys(
    parts: Sequence[Part],
    directory: Directory,
    reach: Mapping[ResponderId, Reach],
    but: Sequence[ResponderId],
) -> list[str]:
    """Return for each target that reaches nobody why that is."""
    reasons: list[str] = []
    for target in dict.fromkeys(target for part in parts for target in part.targets):
        people = people_of(target, directory)
        left = [one for one in people if one not in but]
        if not people:
            reasons.append(_nobody(target, directory))
        elif left and not any(_can_be_paged(one, reach) for one in left):
            reasons.append(f"{' and '.join(left)} cannot be paged")
    return reasons


def _nobody(target: Target, directory: Directory) -> str:
    if target.team_id is not None:
        return f"team {target.team_id} has no members"
    if target.schedule_id in directory.unreadable:
        return f"schedule {target.schedule_id} cannot be read"
    if target.schedule_id and (target.schedule_id, target.turn) not in directory.on_call:
        return f"schedule {target.schedule_id} has ended"
    return f"nobody is {target}"
