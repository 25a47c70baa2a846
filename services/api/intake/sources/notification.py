"""Alertmanager's notification as it is kept: cut, cleaned and derived until it can be stored. Pure.

Whatever a monitor says behind a good key is taken: a page is worth more than a well-formed field.
Source: Prometheus Alertmanager, `template.Data`; Prometheus common, `model.LabelSet.Fingerprint`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from events.plain_text import one_line, plain

type Status = Literal["firing", "resolved"]

TITLE_LENGTH: Final = 200
TEXT_LENGTH: Final = 2_000  # of one label or annotation
TEXTS_LENGTH: Final = 15_000  # of all of an alert's labels, or annotations; the log's cap is above
NAME_LENGTH: Final = 255  # of what tells one alert or group from the others
LISTED: Final = 10  # alerts named in an incident's summary
# Before there were monitors of this kind: a zero that was written as a time, or a clock never set.
FIRST_TIME: Final = datetime(2010, 1, 1, tzinfo=UTC)
MOST: Final = 1_000_000_000  # of a count that a monitor tells
ODD: Final = "odd"  # set among the members that were read: some of their texts were none
_MILLISECONDS: Final = 100_000_000_000  # a Unix time above is not in seconds
FINGERPRINTED: Final = 64 * 1024  # characters of labels that take a fingerprint like the others'
_FNV_OFFSET: Final = 14_695_981_039_346_656_037
_FNV_PRIME: Final = 1_099_511_628_211


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifiedAlert:
    """One alert of a notification, as it can be stored."""

    status: Status
    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    starts_at: datetime
    ends_at: datetime | None = None  # None, or the year 1, while it fires
    generator_url: str = ""
    fingerprint: str
    mended: bool = False  # something was cut, replaced or derived
    start_told: bool = True  # False: `starts_at` is when it was heard of

    @property
    def name(self) -> str:
        """Return what people call it, in one line."""
        summary = one_line(self.annotations.get("summary", ""))
        return summary or named_by(self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One webhook: the alerts of one group, firing and resolved ones mixed.

    Of a large one `alerts` is a part; what is said of the group is said of the whole.
    """

    group_key: str
    alerts: tuple[NotifiedAlert, ...]
    group_labels: dict[str, str] = field(default_factory=dict)
    common_labels: dict[str, str] = field(default_factory=dict)
    common_annotations: dict[str, str] = field(default_factory=dict)
    external_url: str = ""
    truncated_alerts: int = 0  # that the monitor left out
    over: bool = False  # its monitor says that no alert of the group fires
    unread: int = 0  # that could not be read
    cut_off: bool = False  # it ended before its JSON did
    firing: int = 0
    listed: tuple[NotifiedAlert, ...] = ()  # the first that fire
    began_at: datetime | None = None  # the earliest start of those that fire


def alert_from(told: Mapping[str, Any], at: datetime) -> NotifiedAlert:
    """Return an alert from the members that were sent, `at` standing in for a start nobody knows.

    `told` has texts, numbers and nothings; mappings of texts under `labels` and `annotations`; and
    ODD.
    """
    raw_labels = _texts(told.get("labels"))
    raw_annotations = _texts(told.get("annotations"))
    labels, annotations = kept(raw_labels), kept(raw_annotations)
    starts_at, ends_at = time_from(told.get("startsAt")), time_from(told.get("endsAt"))
    sent_name = told.get("fingerprint")
    named = sent_name if isinstance(sent_name, str) else ""
    fingerprint = told_apart(named) if named else _derived(told, raw_labels)
    status = _status_of(told.get("status"))
    url = url_from(told.get("generatorURL"))
    whole = (
        not told.get(ODD)
        and status is not None
        and bool(named)
        and starts_at is not None
        and (labels, annotations, fingerprint) == (raw_labels, raw_annotations, sent_name)
        and url == (told.get("generatorURL") or "")
    )
    return NotifiedAlert(
        status=status or _status_by(ends_at, at),
        labels=labels,
        annotations=annotations,
        starts_at=starts_at or at,
        ends_at=ends_at,
        generator_url=url,
        fingerprint=fingerprint,
        mended=not whole,
        start_told=starts_at is not None,
    )


def time_from(told: Any) -> datetime | None:
    """Return a time in UTC, None for what is none or lies before any monitor's first day."""
    if told is None or isinstance(told, bool):
        return None
    try:
        if isinstance(told, str):
            told = datetime.fromisoformat(told.strip().upper())
        time = told if isinstance(told, datetime) else _unix_time(float(told))
        time = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return time if time >= FIRST_TIME else None


def _unix_time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1_000 if seconds > _MILLISECONDS else seconds, UTC)


def count_from(told: Any) -> int:
    """Return a count that was told, however it was written; 0 for what is none."""
    try:
        return int(min(max(float(told), 0), MOST))  # by way of a float: 1e999999999 has no int here
    except (ValueError, TypeError, OverflowError):
        return 0


def url_from(told: Any) -> str:
    """Return a web address without anybody's password in it; none for what is no such address."""
    if not isinstance(told, str) or not told:
        return ""
    text = one_line(told)
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return cut(parts._replace(netloc=host).geturl() if host != parts.netloc else text)


def told_apart(name: str, longest: int = NAME_LENGTH) -> str:
    """Return a name that can be stored and that differs wherever the names sent differ."""
    clean = one_line(name)
    if clean == name and len(name) <= longest:
        return name
    digest = sha256(name.encode(errors="surrogatepass")).hexdigest()
    return f"{clean[: longest - len(digest) - 1]}#{digest}"


def fingerprint_of(labels: Mapping[str, str]) -> str:
    """Return the fingerprint that Prometheus and Alertmanager give to these labels."""
    total = _FNV_OFFSET
    for name, value in sorted(labels.items()):
        for byte in b"%b\xff%b\xff" % (_bytes(name), _bytes(value)):
            total = ((total ^ byte) * _FNV_PRIME) & 0xFFFF_FFFF_FFFF_FFFF
    return f"{total:016x}"


def kept(texts: Mapping[str, str]) -> dict[str, str]:
    """Return as many texts as can be stored, the short ones first, each clean and within length."""
    clean = {cut(one_line(name)): cut(plain(text)) for name, text in texts.items()}
    if sum(len(name) + len(text) for name, text in clean.items()) <= TEXTS_LENGTH:
        return clean
    room = TEXTS_LENGTH
    chosen: set[str] = set()
    for name in sorted(clean, key=lambda one: len(one) + len(clean[one])):
        room -= len(name) + len(clean[name])
        if room < 0:
            break
        chosen.add(name)
    return {name: text for name, text in clean.items() if name in chosen}


def named_by(labels: Mapping[str, str]) -> str:
    """Return a name made of labels: the alert's, then what sets it apart."""
    name = labels.get("alertname", "")
    rest = labelled({key: text for key, text in labels.items() if key != "alertname"})
    if not name:
        return rest or "Alert without a name"
    return f"{one_line(name)} ({rest})" if rest else one_line(name)


def labelled(labels: Mapping[str, str]) -> str:
    """Return labels as one short line."""
    told = ", ".join(f"{key}={text}" for key, text in sorted(labels.items()))
    return cut(one_line(told), TITLE_LENGTH)


def names_of(alerts: Iterable[NotifiedAlert]) -> list[str]:
    """Return the names of rules, each once."""
    return list(dict.fromkeys(name for one in alerts if (name := one.labels.get("alertname"))))


def cut(text: str, length: int = TEXT_LENGTH) -> str:
    """Return the text, its end replaced where it is too long."""
    return text if len(text) <= length else text[: length - 1] + "…"


def _texts(told: Any) -> dict[str, str]:
    return dict(told) if isinstance(told, Mapping) else {}


def _status_of(told: Any) -> Status | None:
    return "firing" if told == "firing" else "resolved" if told == "resolved" else None


def _status_by(ends_at: datetime | None, at: datetime) -> Status:
    """Return what Alertmanager itself goes by: an alert is resolved when its end has passed."""
    return "resolved" if ends_at is not None and ends_at <= at else "firing"


def _derived(told: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Return what tells an alert without a fingerprint from the others, now and when it ends."""
    if sum(len(name) + len(text) for name, text in labels.items()) > FINGERPRINTED:
        words = "\x00".join(word for label in sorted(labels.items()) for word in label)
        return sha256(words.encode(errors="surrogatepass")).hexdigest()
    if labels:
        return fingerprint_of(labels)
    rest = [told.get("generatorURL"), told.get("startsAt"), sorted(_texts(told.get("annotations")))]
    texts = [*map(str, rest), *_texts(told.get("annotations")).values()]
    return sha256("\x00".join(texts).encode(errors="surrogatepass")).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
