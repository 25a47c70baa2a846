"""Words: times, durations and counts as a person reads them, with the exact value behind each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

UNITS: Final = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
PHASES: Final = ("detection", "triage", "response", "mitigation", "resolution", "postmortem")
NEVER: Final = "never"


def lasted(seconds: float) -> str:
    """Return a duration by its two largest units: 7 min 12 s, 1 h 07 min, 16 h."""
    left = max(0, round(seconds))
    for place, (unit, length) in enumerate(UNITS):
        if left < length and unit != "s":
            continue
        number, rest = divmod(left, length)
        if unit == "s":
            return f"{number} s"
        below, smaller = UNITS[place + 1]
        second = rest // smaller
        return f"{number} {unit} {second:02d} {below}" if second else f"{number} {unit}"
    return "0 s"


@cache
def phases(now: str) -> Markup:
    """Return the phases of an incident, small, with the one it is in."""
    at = PHASES.index(now)
    places = ["past"] * at + ["now"] + ["next"] * (len(PHASES) - at - 1)
    drawn = Markup("").join(Markup('<i class="{}"></i>').format(place) for place in places)
    label = f"Phase {at + 1} of {len(PHASES)}"
    return Markup('<span class="phases" role="img" aria-label="{}">{}</span>').format(label, drawn)


@cache
def severity(level: str | None) -> Markup:
    """Return a severity as its word; style gives it its colour."""
    kind = level.lower() if level else "unknown"
    return Markup('<span class="severity {}">{}</span>').format(kind, level or "SEV ?")


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: 1 alert, 3 alerts."""
    return f"{number} {one if number == 1 else many or one + 's'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Clock: the instant at which a page is made, and the zone in which its times are read."""

    now: datetime
    zone: ZoneInfo

    def clock(self, given: str | datetime | None) -> Markup:
        """Return the time of the day, with the day where it is another one."""
        at = self._here(given)
        if at is None:
            return escape(NEVER)
        shape = "%H:%M:%S" if at.date() == self._today else "%a %d %b %H:%M"
        return self._element(at, at.strftime(shape))

    def minute(self, given: str | datetime | None) -> Markup:
        """Return the time of the day without its seconds, for what was planned."""
        at = self._here(given)
        if at is None:
            return escape(NEVER)
        shape = "%H:%M" if at.date() == self._today else "%a %d %b %H:%M"
        return self._element(at, at.strftime(shape))

    def dated(self, given: str | datetime | None) -> Markup:
        """Return day and time, for what is planned ahead."""
        at = self._here(given)
        if at is None:
            return escape(NEVER)
        shape = "%a %d %b %H:%M" if at.year == self._today.year else "%a %d %b %Y %H:%M"
        return self._element(at, at.strftime(shape))

    def whole(self, given: str | datetime | None) -> Markup:
        """Return date, time and zone, for records."""
        at = self._here(given)
        if at is None:
            return escape(NEVER)
        return self._element(at, f"{at:%Y-%m-%d %H:%M:%S} {self.zone_name(at)}")

    def ago(self, given: str | datetime | None) -> Markup:
        """Return how long something lasts that began then; script keeps it true."""
        at = self._here(given)
        if at is None:
            return escape(NEVER)
        return self._element(at, lasted((self.now - at).total_seconds()), "since")

    def until(self, given: str | datetime | None) -> Markup:
        """Return how long it is until then; script keeps it true."""
        at = self._here(given)
        if at is None:
            return escape(NEVER)
        return self._element(at, lasted((at - self.now).total_seconds()), "until")

    def late(self, given: str | datetime | None) -> bool:
        """Say whether the instant has passed."""
        at = self._here(given)
        return at is not None and at < self.now

    def between(self, start: str | datetime, end: str | datetime) -> str:
        """Return how long it was from one instant to another."""
        return lasted((read(end) - read(start)).total_seconds())

    def zone_name(self, at: datetime | None = None) -> str:
        """Return the zone as its distance from UTC: UTC, UTC+2, UTC+5:30."""
        offset = (at or self.now).astimezone(self.zone).utcoffset() or timedelta()
        minutes = round(offset.total_seconds() / 60)
        if not minutes:
            return "UTC"
        hours, rest = divmod(abs(minutes), 60)
        return f"UTC{'+' if minutes > 0 else '-'}{hours}{f':{rest:02d}' if rest else ''}"

    @property
    def is_utc(self) -> bool:
        """Say whether the person reads UTC, so that one clock is enough."""
        return self.zone_name() == "UTC"

    @property
    def _today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def _here(self, given: str | datetime | None) -> datetime | None:
        return None if given is None else read(given).astimezone(self.zone)

    def _element(self, at: datetime, text: str, keeps: str | None = None) -> Markup:
        # Digits and names of our own: nothing to escape, and long lists have many of these.
        instant = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        title = f"{at:%Y-%m-%d %H:%M:%S} {self.zone_name(at)}"
        kept = f' data-{keeps}=""' if keeps else ""
        return Markup(f'<time datetime="{instant}" title="{title}"{kept}>{text}</time>')  # noqa: S704


def read(given: str | datetime) -> datetime:
    """Return an instant that the API wrote."""
    return given if isinstance(given, datetime) else datetime.fromisoformat(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who: people, integrations and keys by their names, from what the log calls them."""

    people: Mapping[str, str]  # by responder id
    names: Mapping[str, str]  # by principal, as the API gives them beside its facts

    def __call__(self, actor: str | None) -> Markup:
        """Return a name; a person's is marked, so that the page can say "you"."""
        if not actor:
            return escape("nobody")
        kind, _, identity = actor.partition(":")
        if kind != "responder" and actor in self.names:
            return escape(self.names[actor])
        person = identity if kind == "responder" else actor
        if kind != "responder" and identity:
            return escape(f"{kind.replace('_', ' ')} {identity}")
        return marked(person, self.people.get(person, person))


@lru_cache(maxsize=1_000)
def marked(person: str, name: str) -> Markup:
    """Return a person's name with whose it is."""
    return Markup('<span data-person="{}">{}</span>').format(person, name)
