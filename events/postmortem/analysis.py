"""Analysis rules: factors are a tree of whys, without a circle, and one of them is primary."""

from dataclasses import replace

from events.postmortem.commands import ChangeFactor, RecordFactor, RetractFactor
from events.postmortem.document.factors import Factor, RecordedFactor, answers_why_of, primary_of
from events.postmortem.events import (
    PostmortemEvent,
    PostmortemFactorChanged,
    PostmortemFactorRecorded,
    PostmortemFactorRetracted,
)
from events.postmortem.refusals import FactorInUse, FactorNotFound, PostmortemRefused
from events.postmortem.require import being_written, words
from events.postmortem.state import Postmortem


def record_factor(command: RecordFactor, known: Postmortem) -> list[PostmortemEvent]:
    """Take a factor on, under the next number.

    Raises: PostmortemRefused, and what `being_written` raises.
    """
    incident_id = being_written(known)
    if any(one.factor_id == command.factor_id for one in known.factors.values()):
        return []
    number = max(known.factors, default=0) + 1
    _require_sound(command.factor, number, known)
    return [
        *_others_are_not_primary(command, number, known),
        PostmortemFactorRecorded(
            incident_id=incident_id,
            number=number,
            factor_id=command.factor_id,
            factor=command.factor,
            text_id=known.text_id_for(f"factor:{number}"),
            text=words(command.text, "text"),
            recorded_by=command.actor.name,
            recorded_at=command.at,
        ),
    ]


def change_factor(command: ChangeFactor, known: Postmortem) -> list[PostmortemEvent]:
    """Say a factor anew.

    Raises: FactorNotFound, PostmortemRefused, and what `being_written` raises.
    """
    incident_id = being_written(known)
    there = _standing(known, command.number)
    gone = there.text_id in known.erased
    if (there.factor, there.text) == (command.factor, command.text) and not gone:
        return []
    _require_sound(command.factor, command.number, known)
    return [
        *_others_are_not_primary(command, command.number, known),
        PostmortemFactorChanged(
            incident_id=incident_id,
            number=command.number,
            factor=command.factor,
            text_id=known.text_id_for(f"factor:{command.number}"),
            text=words(command.text, "text"),
            changed_by=command.actor.name,
            changed_at=command.at,
        ),
    ]


def retract_factor(command: RetractFactor, known: Postmortem) -> list[PostmortemEvent]:
    """Say that it was none, if nothing in the tree hangs on it.

    Raises: FactorNotFound, FactorInUse, and what `being_written` raises.
    """
    incident_id = being_written(known)
    there = known.factors.get(command.number)
    if there is not None and there.retracted:
        return []
    _standing(known, command.number)
    for one in known.factors.values():
        if one.factor.because_of == command.number and not one.retracted:
            raise FactorInUse(
                f"Factor {one.number} says why {command.number} could be: put it elsewhere first.",
                number=one.number,
            )
    return [
        PostmortemFactorRetracted(
            incident_id=incident_id,
            number=command.number,
            retracted_by=command.actor.name,
            retracted_at=command.at,
        )
    ]


def _others_are_not_primary(
    command: RecordFactor | ChangeFactor, number: int, known: Postmortem
) -> list[PostmortemEvent]:
    """Return that the factor which was primary is not any more, where another one becomes it."""
    primary = primary_of(known.factors)
    if not command.factor.primary or primary is None or primary.number == number:
        return []
    return [
        PostmortemFactorChanged(
            incident_id=being_written(known),
            number=primary.number,
            factor=replace(primary.factor, primary=False),
            text_id=known.text_id_for(f"factor:{primary.number}"),
            text=primary.text,
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def _standing(known: Postmortem, number: int) -> RecordedFactor:
    there = known.factors.get(number)
    if there is None or there.retracted:
        raise FactorNotFound(f"The postmortem has no factor {number}.")
    return there


def _require_sound(factor: Factor, number: int, known: Postmortem) -> None:
    if factor.category not in known.terms.categories:
        raise PostmortemRefused(
            f"There is no category of causes {factor.category!r}: choose one of"
            f" {', '.join(known.terms.categories)}.",
            field="category",
        )
    if factor.because_of is None:
        return
    parent = known.factors.get(factor.because_of)
    if parent is None or parent.retracted:
        raise PostmortemRefused(
            f"There is no factor {factor.because_of} whose why it could answer.",
            field="because_of",
        )
    if answers_why_of(known.factors, factor.because_of, number):
        raise PostmortemRefused(
            f"Factor {factor.because_of} answers a why below {number}: that would be a circle.",
            field="because_of",
        )
