"""Referenced ids: whoever and whatever a command names must exist, and the id's type says where."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from types import NoneType
from typing import (
    Annotated,
    Any,
    Final,
    TypeAliasType,
    get_args,
    get_origin,
    get_type_hints,
)

from events.ids import EscalationPolicyId, IncidentTypeId, ResponderId, ServiceId
from events.log.store import Log
from services.access.people import is_known
from services.request_refusals import Invalid, RequestInvalid

MUST_EXIST: Final = (EscalationPolicyId, IncidentTypeId, ResponderId, ServiceId)
_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")

type Id = Any  # a NewType of `events/ids.py`


async def require_named(log: Log, asked: object, *members: str, at: str = "body") -> None:
    """Let a command pass, or a part of it, if everything that these members of it name exists.

    Raises: RequestInvalid with each that does not, LogUnavailable.
    """
    hints = _hints_of(asked)
    missing = [
        Invalid(field=f"{at}.{place}", reason=no_such(kind, named))
        for member in members
        for place, kind, named in _ids_in(member, getattr(asked, member), hints[member])
        if not await _exists(log, kind, named)
    ]
    if missing:
        raise RequestInvalid(*missing)


def no_such(kind: Id, named: object) -> str:
    """Return that nothing has this id: No such escalation policy: payments."""
    return f"No such {_noun_of(kind).replace('_', ' ')}: {named}."


async def _exists(log: Log, kind: Id, named: str) -> bool:
    if kind is ResponderId:
        return await is_known(log, ResponderId(named))
    return bool(await log.read_stream(f"{_noun_of(kind)}-{named}"))


def _noun_of(kind: Id) -> str:
    """Return what an id's type is called after, as its streams are: EscalationPolicyId."""
    return _WORD.sub("_", kind.__name__.removesuffix("Id")).lower()


def _ids_in(place: str, value: object, hint: Any) -> Iterator[tuple[str, Id, str]]:
    """Yield each id that must exist, with its place and its type."""
    while isinstance(hint, TypeAliasType) or get_origin(hint) is Annotated:
        hint = hint.__value__ if isinstance(hint, TypeAliasType) else get_args(hint)[0]
    if value is None:
        return
    if hint in MUST_EXIST:
        yield place, hint, str(value)
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from _ids_in(f"{place}.{number}", one, get_args(hint)[0])
    elif is_dataclass(value):
        for member, inner in _hints_of(value).items():
            yield from _ids_in(f"{place}.{member}", getattr(value, member), inner)
    elif NoneType in get_args(hint):
        [inner] = [one for one in get_args(hint) if one is not NoneType]
        yield from _ids_in(place, value, inner)


def _hints_of(value: object) -> Mapping[str, Any]:
    kind: Any = type(value)
    return _hints(kind)


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind, include_extras=True)
