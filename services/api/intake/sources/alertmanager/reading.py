"""Streaming reader of Alertmanager's webhook: a piece at a time, in memory that stays the same.

JSON is read event by event (ijson), and only what is wanted of it is kept. What is around it, and
what no text can hold, is passed over or replaced, so that one odd byte costs no page.
"""

import codecs
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import ijson

from events.values.plain_text import one_line
from events.values.severity import severity_named
from services.api.intake.sources.alertmanager.alert import ODD, signal_from
from services.intake.batch.cleaning import count_from, storable, told_apart, url_from
from services.intake.batch.signal import Batch, PackedSignals, Signal, named_by
from services.intake.batch.spool import Spool
from services.request_refusals import BodyMalformed

SENDER: Final = "Alertmanager"
NO_GROUP: Final = "no group key"  # all that come without one go to one incident
GROUP_LENGTH: Final = 2_000
MOST_TEXTS: Final = 1_000  # labels or annotations of one alert that are looked at
MOST_CHARACTERS: Final = 1024 * 1024  # of them all, and of their names
MOST_OF_ONE: Final = 1024 * 1024  # bytes of one text: ijson gets slower the longer it is
# JSON knows four of them, as blanks; inside of a text they are no JSON, and worth no page.
_CONTROLS: Final = bytes(max(byte, 32) for byte in range(256))
# A whole number of more digits than Python converts (4,300) ends the process inside of ijson's C.
MOST_DIGITS: Final = 4_000  # in a row; those behind them are passed over, also in a text
_TOO_MANY: Final = re.compile(rb"(?<![0-9])([0-9]{%d})[0-9]+" % MOST_DIGITS)
_GROUP_TEXTS: Final = ("groupLabels", "commonLabels", "commonAnnotations")
_GROUP_MEMBERS: Final = frozenset({"groupKey", "status", "truncatedAlerts", "externalURL"})
_ALERT_TEXTS: Final = frozenset({"labels", "annotations"})
_ALERT_MEMBERS: Final = frozenset({"status", "startsAt", "endsAt", "generatorURL", "fingerprint"})
# ValueError: a text that ijson cannot hold; ArithmeticError: an exponent that no number can have.
_FAULTS: Final = (ijson.JSONError, ValueError, ArithmeticError)
_NAMES: Final = 3  # rules named in a title
_OPENING: Final = frozenset({"start_map", "start_array"})
_CLOSING: Final = frozenset({"end_map", "end_array"})

type Event = tuple[str, Any]
type Steps[Result] = Generator[None, Event, Result]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Dialect of the webhook: who else sends in this form, and what its alerts say besides."""

    sender: str = SENDER
    texts: frozenset[str] = frozenset()  # objects of short values
    members: frozenset[str] = frozenset()  # texts and numbers
    signal: Callable[[Mapping[str, Any], datetime], Signal] = signal_from
    listed: bool = False  # the body is the list of alerts itself, without a group around it


class NotificationReader:
    """Webhook reader: takes one notification; `at` stands in for starts that nobody knows."""

    def __init__(self, at: datetime, dialect: Dialect = Dialect()) -> None:
        self._at = at
        self._dialect = dialect
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._steps = self._document()
        next(self._steps)
        self._events = ijson.sendable_list()
        self._parser = ijson.basic_parse_coro(self._events)
        self._group: dict[str, Any] = {}
        self._opened = False
        self._broken = False
        self._digits = 0  # that the last bytes ended in
        self._of_one = 0  # bytes that the text has which began and does not end
        self._begun = 0  # alerts, also those without an end
        self._spool = Spool()

    @property
    def broken(self) -> bool:
        """Say whether the rest need not be read: it is no JSON."""
        return self._broken

    def feed(self, part: bytes) -> None:
        """Take the next bytes; what follows a fault is passed over."""
        self._send(self._decoder.decode(part))

    def finish(self) -> Batch:
        """Return what the whole says.

        Raises: BodyMalformed (nothing in it says that an alert fires or has ended).
        """
        self._send(self._decoder.decode(b"", final=True))
        if not self._broken:
            try:
                self._parser.close()
            except _FAULTS:
                self._broken = True
            self._take()
        unread = self._begun - self._spool.count
        left_out = count_from(self._group.get("truncatedAlerts"))
        over = self._group.get("status") == "resolved"
        if not self._begun and (over or not (left_out or self._group.get("status") == "firing")):
            raise BodyMalformed(self._reason())
        texts = {name: storable(self._group.get(name) or {}) for name in _GROUP_TEXTS}
        signals = self._spool.done()
        return Batch(
            sender=self._dialect.sender,
            group_key=self._group_key(),
            signals=signals,
            title=title_of(texts, signals),
            severity=severity_named(texts["commonLabels"].get("severity", "")),
            source_url=url_from(self._group.get("externalURL")),
            unread=unread if self._begun or left_out else 1,
            cut_off=self._broken,
            left_out=left_out,
            left_out_by="max_alerts",
            over=over,
        )

    def _reason(self) -> str:
        if self._broken:
            return "It is not JSON."
        kind = "list" if self._dialect.listed else "object"
        if not self._opened:
            return f"It is JSON, but no {kind}."
        return f"It is a JSON {kind} that names no alert."

    def _group_key(self) -> str:
        key = self._group.get("groupKey")
        if isinstance(key, str) and key:
            return told_apart(key, GROUP_LENGTH)
        labels = self._group.get("groupLabels")
        return (
            told_apart(f"{NO_GROUP}: {sorted(labels.items())}", GROUP_LENGTH)
            if labels
            else (NO_GROUP)
        )

    def _send(self, text: str) -> None:
        if self._broken or not text:
            return
        part = self._countable(text.encode().translate(_CONTROLS))
        if not part:  # to ijson that is the end
            return
        try:
            self._parser.send(part)
        except _FAULTS:
            self._broken = True
        self._of_one = 0 if self._events else self._of_one + len(part)
        self._broken = self._broken or self._of_one > MOST_OF_ONE
        self._take()

    def _take(self) -> None:
        for event in self._events:
            self._steps.send(event)
        self._events.clear()

    def _countable(self, part: bytes) -> bytes:
        """Return the bytes with no more than MOST_DIGITS digits in a row, also over their ends."""
        rest = part.lstrip(b"0123456789")
        leading = min(len(part) - len(rest), MOST_DIGITS - self._digits)
        kept_part = part[:leading] + _TOO_MANY.sub(rb"\1", rest)
        trailing = len(kept_part) - len(kept_part.rstrip(b"0123456789"))
        self._digits = trailing if rest else self._digits + trailing
        return kept_part

    def _document(self) -> Steps[None]:
        event, _ = yield
        if event == ("start_array" if self._dialect.listed else "start_map"):
            self._opened = True
            yield from self._alerts() if self._dialect.listed else self._members()
        while True:  # of anything else nothing is kept
            yield

    def _members(self) -> Steps[None]:
        while True:
            event, name = yield
            if event == "end_map":
                return
            event, value = yield
            if name == "alerts" and event == "start_array":
                yield from self._alerts()
            elif name in _GROUP_TEXTS and event == "start_map":
                self._group[name], _ = yield from _texts()
            elif event in _OPENING:
                yield from _passed_over()
            elif name in _GROUP_MEMBERS:
                self._group[name] = value

    def _alerts(self) -> Steps[None]:
        while True:
            event, _ = yield
            if event == "end_array":
                return
            self._begun += 1
            if event == "start_map":
                members = yield from _alert(self._dialect)
                self._spool.add(self._dialect.signal(members, self._at))
            elif event in _OPENING:
                yield from _passed_over()


def _alert(dialect: Dialect) -> Steps[dict[str, Any]]:
    members: dict[str, Any] = {}
    while True:
        event, name = yield
        if event == "end_map":
            return members
        event, value = yield
        if name in _ALERT_TEXTS and event == "start_map":
            members[name], odd = yield from _texts()
            members[ODD] = odd or members.get(ODD)
        elif name in dialect.texts and event == "start_map":
            members[name], _ = yield from _texts()
        elif event in _OPENING:
            yield from _passed_over()
        elif name in _ALERT_TEXTS:
            members[ODD] = value is not None
        elif name in _ALERT_MEMBERS or name in dialect.members:
            members[name] = value


def _texts() -> Steps[tuple[dict[str, str], bool]]:
    """Return the texts of an object, and whether something in it was none."""
    texts: dict[str, str] = {}
    odd = False
    room = MOST_CHARACTERS
    while True:
        event, name = yield
        if event == "end_map":
            return texts, odd
        event, value = yield
        odd = odd or event != "string"
        if event in _OPENING:
            yield from _passed_over()
        elif value is not None:
            text = value if event == "string" else str(value).lower()
            room -= len(name) + len(text)
            if room < 0 or len(texts) == MOST_TEXTS:
                odd = True
            else:
                texts[name] = text


def _passed_over() -> Steps[None]:
    depth = 1
    while depth:
        event, _ = yield
        depth += (event in _OPENING) - (event in _CLOSING)


def title_of(texts: dict[str, dict[str, str]], signals: PackedSignals) -> str:
    """Return the title of the group's incident; empty where the first that fires gives it."""
    shared = one_line(texts["commonAnnotations"].get("summary", ""))
    listed = signals.listed
    if shared or not listed or listed[0].title:
        return shared
    labels = texts["groupLabels"] or texts["commonLabels"]
    if "alertname" in labels:
        return named_by(labels)
    if signals.firing == 1 and not labels:
        return listed[0].name
    rules = list(dict.fromkeys(name for one in listed if (name := one.labels.get("alertname"))))
    more = f" and {len(rules) - _NAMES} more" if len(rules) > _NAMES else ""
    return named_by({**labels, "alertname": ", ".join(rules[:_NAMES]) + more} if rules else labels)
