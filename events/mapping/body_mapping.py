"""Body mapping: which field of an alert is read from where, and what words mean."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Final

from events.mapping.expression import require_expression
from events.mapping.path import require_path
from events.mapping.refusals import MappingRefused
from events.values.severity import severity_named

MOST_NAMED: Final = 50  # labels, or links
MOST_WORDS: Final = 100
LONGEST_WORD: Final = 200
MOST_TEXT: Final = 10_000  # characters of all paths and expressions of one mapping
EVERY: Final = "*"  # the label that stands for every member of an object
FIRING: Final = "firing"
RESOLVED: Final = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A word that the sender uses, and what it means here."""

    word: str  # small and capital letters are the same
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one field is read: by a path or by an expression, one of them."""

    path: str = ""  # JSONPath
    expression: str = ""  # CEL
    table: tuple[Meaning, ...] = ()
    otherwise: str = ""  # where there is no such value

    @property
    def by(self) -> str:
        """Return what reads it, as people see it."""
        return f"path {self.path}" if self.path else f"expression {self.expression}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedReading:
    """A label or a link, and how it is read."""

    name: str
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMapping:
    """How a body is read. Without `alerts` it is one alert; without a status it fires."""

    alerts: str = ""  # a path: each value there is an alert, which paths with @ begin at
    title: Reading
    summary: Reading | None = None
    severity: Reading | None = None
    status: Reading | None = None
    dedup_key: Reading | None = None
    group_key: Reading | None = None
    source_url: Reading | None = None
    started_at: Reading | None = None
    labels: tuple[NamedReading, ...] = ()
    links: tuple[NamedReading, ...] = ()

    def readings(self) -> Iterator[tuple[str, Reading]]:
        """Yield every reading with the place where it stands."""
        for one in fields(self):
            reading = getattr(self, one.name)
            if isinstance(reading, Reading):
                yield one.name, reading
        for kind, named in (("labels", self.labels), ("links", self.links)):
            for each in named:
                yield f"{kind}.{each.name}", each.reading


def require_mapping(mapping: BodyMapping) -> None:
    """Refuse a mapping that cannot be read, and name the field and the place in it.

    Raises: MappingRefused.
    """
    size = sum(len(reading.path) + len(reading.expression) for _, reading in mapping.readings())
    if size > MOST_TEXT:
        reason = f"All paths and expressions have at most {MOST_TEXT} characters; these, {size}."
        raise MappingRefused(reason, field="mapping")
    if mapping.alerts:
        require_path(mapping.alerts, "alerts")
    for kind, named in (("labels", mapping.labels), ("links", mapping.links)):
        _require_names([one.name for one in named], kind)
    for place, reading in mapping.readings():
        _require_reading(reading, place, is_one_of_several=bool(mapping.alerts))
    if mapping.status is not None:
        _require_meanings(mapping.status, "status", _is_status, f"{FIRING} or {RESOLVED}")
    if mapping.severity is not None:
        _require_meanings(mapping.severity, "severity", _is_severity, "SEV1 to SEV4")


def _require_reading(reading: Reading, place: str, *, is_one_of_several: bool) -> None:
    if bool(reading.path) == bool(reading.expression):
        raise MappingRefused("Give a path or an expression, one of them.", field=place)
    if reading.expression:
        names = frozenset({"body", "alert"} if is_one_of_several else {"body"})
        require_expression(reading.expression, f"{place}.expression", names)
        return
    path = reading.path
    if path.startswith("@"):
        if not is_one_of_several:
            reason = "A path begins with @ only where `alerts` says what an alert is; use $."
            raise MappingRefused(reason, field=f"{place}.path", position=1)
        path = f"${path[1:]}"
    require_path(path, f"{place}.path")


def _require_names(names: list[str], kind: str) -> None:
    if len(names) > MOST_NAMED:
        raise MappingRefused(f"There are at most {MOST_NAMED} {kind}.", field=kind)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise MappingRefused(f"Name each of the {kind} once; twice: {twice[0]}.", field=kind)


def _require_meanings(
    reading: Reading, place: str, known: Callable[[str], bool], those: str
) -> None:
    said = [(f"{place}.table", one.means) for one in reading.table]
    if reading.otherwise:
        said.append((f"{place}.otherwise", reading.otherwise))
    for where, means in said:
        if not known(means):
            raise MappingRefused(f"'{means:.40}' is no {place} here: use {those}.", field=where)


def _is_status(text: str) -> bool:
    return text in {FIRING, RESOLVED}


def _is_severity(text: str) -> bool:
    return severity_named(text) is not None
