"""Contact warnings: what is missing for a person to be reached when one way to them fails.

Nobody is silently unpaged for it: a contact method that nobody has verified is used all the same.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from events.configuration.responder import (
    ContactMethod,
    Responder,
    ResponderHoursDefined,
    ResponderKind,
    ResponderRegistered,
    responder_decider,
)
from events.configuration.team import team_decider
from events.contact_verification.decide import contact_verification_decider
from events.contact_verification.standing import Verified, verified_by
from events.escalation.level import Level
from events.ids import (
    ResponderId,
    contact_verification_stream,
    responder_stream,
    schedule_stream,
    team_stream,
)
from events.loading import load
from events.log.codec import Codec, codec_for
from events.log.recorded import RecordedEvent
from events.log.store import Log
from events.on_call.layer import Layer
from events.schedule.decide import schedule_decider
from events.values.personal import ERASED

ENOUGH: Final = 2  # contact methods that do not fail together
MOST_NAMED: Final = 10  # people; the others are counted

_RESPONDER: Final[Codec[object]] = codec_for(responder_decider.event_types)
_VERIFICATION: Final[Codec[object]] = codec_for(contact_verification_decider.event_types)


async def warnings_of_contacts(
    log: Log, responder_id: ResponderId, methods: Sequence[ContactMethod]
) -> list[str]:
    """Return what is missing for a person who is about to have these contact methods.

    Raises: LogUnavailable.
    """
    streams = (responder_stream(responder_id), contact_verification_stream(responder_id))
    responders, codes = [await log.opened(await log.read_stream(one)) for one in streams]
    _, proven = _standing(responders, codes)
    ways = [(one.channel, one.address) for one in methods]
    return warnings_about(responder_id, ways, [one in proven for one in ways])


async def warnings_of_paged(log: Log, levels: Iterable[Level]) -> list[str]:
    """Return who may be paged by a policy, and has too few ways for that, or none that is proven.

    Raises: LogFault.
    """
    targets = dict.fromkeys(target for level in levels for target in level.targets)
    people: dict[ResponderId, None] = {}
    for target in targets:
        if target.responder_id is not None:
            people[target.responder_id] = None
        if target.team_id is not None:
            team, _ = await load(log, team_decider, team_stream(target.team_id))
            people |= dict.fromkeys(one.responder_id for one in (team.members if team else ()))
        if target.schedule_id is not None:
            schedule, _ = await load(log, schedule_decider, schedule_stream(target.schedule_id))
            people |= dict.fromkeys(people_on(schedule.layers))
    return await warnings_of_people(log, people)


def people_on(layers: Iterable[Layer]) -> list[ResponderId]:
    """Return who takes turns in these layers and is paged in them, each once."""
    slots = [slot for layer in layers if not layer.shadow for slot in layer.rotation.slots]
    return list(dict.fromkeys(one for slot in slots for one in slot))


async def warnings_of_people(log: Log, people: Iterable[ResponderId]) -> list[str]:
    """Return who of these has too few ways to be paged, or none that is proven, named together.

    A channel has one way, and nobody could read a code there.
    Raises: LogFault.
    """
    names = list(people)
    streams = [responder_stream(one) for one in names]
    codes = [contact_verification_stream(one) for one in names]
    found = await log.read_since([*streams, *codes], []) if names else {}
    nowhere, one_way, unproven = [], [], []
    for name, stream, code in zip(names, streams, codes, strict=True):
        opened = [await log.opened(found.get(one, [])) for one in (stream, code)]
        responder, proven = _standing(*opened)
        if responder is None or responder.kind is not ResponderKind.PERSON:
            continue
        ways = [(one.channel, one.address) for one in responder.contact_methods]
        ways = [way for way in ways if way[1] != ERASED]
        if not ways:
            nowhere.append(name)
            continue
        if independent(ways) < ENOUGH:
            one_way.append(name)
        if not any(way in proven for way in ways):
            unproven.append(name)
    said = {
        "Nobody can page {}: add a contact method.": nowhere,
        "Only one way leads to {}: add contact methods with another address.": one_way,
        "No contact method is verified of {}: send a code over each of them.": unproven,
    }
    return [sentence.format(_named(those)) for sentence, those in said.items() if those]


def _named(people: Sequence[ResponderId]) -> str:
    left = len(people) - MOST_NAMED
    more = [f"{left} more"] if left > 0 else []
    shown: list[str] = [*people[:MOST_NAMED], *more]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if shown[:-1] else shown[-1]


def _standing(
    responders: Iterable[RecordedEvent], codes: Iterable[RecordedEvent]
) -> tuple[Responder | None, Verified]:
    """Return a responder and what of them is verified, of what the log says of both."""
    mine = [_RESPONDER.decode(one) for one in responders]
    history = [*mine, *(_VERIFICATION.decode(one) for one in codes)]
    history.sort(key=lambda one: one.position)
    known = [
        one.event
        for one in mine
        if isinstance(one.event, ResponderRegistered | ResponderHoursDefined)
    ]
    return responder_decider.fold(known), verified_by(one.event for one in history)


def warnings_about(
    responder_id: str, methods: Sequence[tuple[str, str]], verified: Sequence[bool]
) -> list[str]:
    """Return what is missing: two ways that do not fail together, and a proof that each works."""
    if not methods:
        return []  # that nobody can page them at all is said elsewhere
    warnings = []
    if independent(methods) < ENOUGH:
        warnings.append(
            f"{responder_id} can be paged in one way only: add a contact method with another "
            "address, for the night on which this one fails."
        )
    unproven = [number for number, proven in enumerate(verified, 1) if not proven]
    if len(unproven) == len(methods):
        warnings.append(
            f"No contact method of {responder_id} is verified: send a code over each of them."
        )
    else:
        warnings += [
            f"Contact method {number} of {responder_id} ({methods[number - 1][0]}) is not "
            "verified: send a code over it."
            for number in unproven
        ]
    return warnings


def independent(methods: Iterable[tuple[str, str]]) -> int:
    """Return how many contact methods do not share an address: one telephone is one way."""
    return len({address.strip().lower() for _, address in methods})
