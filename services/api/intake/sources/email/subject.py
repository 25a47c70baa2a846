"""Subject: what a monitor's mail says of an alert there: which one, how it stands, how bad it is.

A subject that says how its alert stands is about the same alert as another one that differs in
nothing else: so a recovery finds its problem. Pure.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from events.values.severity import Severity, severity_named, worst_of

_FIRES: Final = (
    *("PROBLEM", "FIRING", "TRIGGERED", "TRIGGER", "ALERT", "ALERTING", "ALARM", "FAILED"),
    *("FAILURE", "DOWN", "CRITICAL", "CRIT", "WARNING", "WARN", "ERROR", "FATAL", "DISASTER"),
    *("EMERGENCY", "UNREACHABLE", "UNKNOWN", "NO DATA", "MAJOR", "MINOR"),
)
_IS_OVER: Final = (
    *("RESOLVED", "RECOVERY", "RECOVERED", "OK", "UP", "CLOSED", "CLEARED", "CLEAR", "NORMAL"),
)
_SEVERITIES: Final[Mapping[str, Severity]] = {
    "DISASTER": Severity.SEV1,
    "EMERGENCY": Severity.SEV1,
    "FATAL": Severity.SEV1,
    "P1": Severity.SEV1,
    "CRITICAL": Severity.SEV1,
    "CRIT": Severity.SEV1,
    "MAJOR": Severity.SEV2,
    "ERROR": Severity.SEV2,
    "DOWN": Severity.SEV2,
    "HIGH": Severity.SEV2,
    "P2": Severity.SEV2,
    "WARNING": Severity.SEV3,
    "WARN": Severity.SEV3,
    "MINOR": Severity.SEV3,
    "AVERAGE": Severity.SEV3,
    "MEDIUM": Severity.SEV3,
    "P3": Severity.SEV3,
    "LOW": Severity.SEV4,
    "P4": Severity.SEV4,
    "P5": Severity.SEV4,
    "INFO": Severity.SEV4,
    "INFORMATION": Severity.SEV4,
    "NOTICE": Severity.SEV4,
}
# As in sources/monitors/nagios.py, where the state of one service is rarely an outage of all.
_NAGIOS: Final = {
    "CRITICAL": Severity.SEV2,
    "DOWN": Severity.SEV2,
    "UNREACHABLE": Severity.SEV2,
    "WARNING": Severity.SEV3,
}
_BESIDES: Final = ("ACKNOWLEDGEMENT", "DOWNTIME", "FLAPPING", "CUSTOM")
_WORDS: Final = "|".join(sorted((*_FIRES, *_IS_OVER), key=len, reverse=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a subject says."""

    title: str
    about: str = ""  # what it is about, whichever way it stands; empty: it does not say how it does
    firing: bool = True
    severity: Severity | None = None
    says_nothing: str = ""  # why it changes nothing; empty: it is an alert


type _Read = Callable[[re.Match[str], str], Subject]


def read_subject(subject: str) -> Subject:
    """Return what a subject says, without the marks of a reply or of what passed it on."""
    title = _PASSED_ON.sub("", subject)
    for pattern, read in _FORMS:
        if found := pattern.fullmatch(title):
            return read(found, title)
    return Subject(title=title, severity=_severity_in(title))


def _severity_in(title: str) -> Severity | None:
    """Return how bad it is by words that stand apart; `LOW DISK SPACE` is not a low severity."""
    apart = (severity_word(one) for found in _APART.findall(title) for one in found if one)
    shouted = (severity_word(one) for one in _SHOUTED.findall(title))
    return _worst(*apart, *shouted)


def _worst(*severities: Severity | None) -> Severity | None:
    return worst_of(one for one in severities if one is not None)


def severity_word(word: str) -> Severity | None:
    """Return the severity that a word stands for; None where triage has to say it."""
    return _SEVERITIES.get(word.upper()) or severity_named(word)


def _grouped(found: re.Match[str], title: str) -> Subject:
    """Read Alertmanager's and Grafana's: behind the group stands what all of its alerts share."""
    shared = found["shared"] or ""
    return Subject(
        title=title,
        about=found["about"] or shared,
        firing=found["word"].upper() == "FIRING",
        severity=_worst(*map(severity_word, shared.split())),
    )


def _of_nagios(found: re.Match[str], _title: str) -> Subject:
    kind, state = found["word"].upper(), found["state"].upper()
    besides = kind if kind.startswith(_BESIDES) else ""
    return Subject(
        title=f"{found['about']} is {state}",
        about=found["about"],
        firing=kind != "RECOVERY" and state not in _IS_OVER,
        severity=_NAGIOS.get(state),
        says_nothing=f"{besides} says nothing of how it stands." if besides else "",
    )


def _of_zabbix(found: re.Match[str], title: str) -> Subject:
    word = found["word"].upper()
    return Subject(
        title=title,
        about=found["about"],
        firing=word == "PROBLEM",
        says_nothing="Somebody wrote about the problem; it stands as it did."
        if word.startswith("UPDATED")
        else "",
    )


def _by_word(found: re.Match[str], title: str) -> Subject:
    word = found["word"].upper()
    before = found.groupdict().get("before") or ""
    return Subject(
        title=title,
        about=" ".join(filter(None, (before, found["about"].strip(" -:")))),
        firing=word not in _IS_OVER,
        severity=_worst(severity_word(word), _severity_in(title)),
    )


_PASSED_ON: Final = re.compile(r"^(?:(?:re|fw|fwd|aw|wg)\s?:\s*)+", re.IGNORECASE)
_APART: Final = re.compile(r"\[(\w{2,20})\]|^(\w{2,20}):|\b(P[1-5]|SEV[1-4])\b")
_SHOUTED: Final = re.compile(r"\b(?:CRITICAL|FATAL|EMERGENCY|DISASTER)\b")
_GROUPED: Final = (  # [FIRING:2, RESOLVED:1] DiskFull (db-1 critical)
    r"\[(?P<word>FIRING|RESOLVED)(?::\d+)?(?:, ?RESOLVED:\d+)?\]\s*"
    r"(?P<about>[^(]*?)\s*(?:\((?P<shared>.*)\))?"
)
_NAGIOS_ALERT: Final = (  # ** PROBLEM Service Alert: db-1/Disk is CRITICAL **
    r"\*\*\s?(?P<word>[A-Z]{2,40})\s(?:Service|Host) Alert:\s?(?P<about>.+)"
    r"\sis\s(?P<state>\w+)\s?\*\*"
)
_ICINGA_ALERT: Final = (  # [PROBLEM] Disk on db-1 is CRITICAL!
    r"\[(?P<word>PROBLEM|RECOVERY|ACKNOWLEDGEMENT|CUSTOM|DOWNTIME\w*|FLAPPING\w*)\]\s?"
    r"(?P<about>.+)\sis\s(?P<state>\w+)!?"
)
_ZABBIX_ALERT: Final = (  # Resolved in 5m 3s: Disk is full
    r"(?P<word>Problem|Resolved|Updated problem)(?:\sin\s[\w ]{1,40})?:\s?(?P<about>.+)"
)
_WORD_FIRST: Final = (  # [Recovered] Queue is stuck; [prod] ALARM: "queue" in EU (Ireland)
    rf"(?P<before>\[[^\]]{{1,60}}\])?\s?(?P<open>\[)?(?P<word>{_WORDS})"
    r"(?(open)\]:?|(?:\s?[:!]|\s[-\u2013]\s))\s?(?P<about>.+)"
)
_PINGDOM_ALERT: Final = (  # DOWN alert: shop (shop.example.org) is DOWN
    r"(?P<word>DOWN|UP)\salert:\s(?P<about>.+)\sis\s(?:DOWN|UP)"
)
_WORD_WITHIN: Final = (  # Monitor is DOWN: shop
    rf"(?P<before>\w{{1,40}})\sis\s(?P<word>{_WORDS}):\s?(?P<about>.+)"
)
_WORD_LAST: Final = (  # shop is now up; Backup report - FAILED; disk of db-1 [RESOLVED]
    rf"(?P<about>.+?)(?:(?:\sis(?:\snow)?|\s?[-\u2013:])\s|(?P<open>\s\[))(?P<word>{_WORDS})"
    r"(?(open)\]|[.!]?)"
)
_FORMS: Final[tuple[tuple[re.Pattern[str], _Read], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (_GROUPED, _grouped),
        (_NAGIOS_ALERT, _of_nagios),
        (_ICINGA_ALERT, _of_nagios),
        (_ZABBIX_ALERT, _of_zabbix),
        (_PINGDOM_ALERT, _by_word),
        (_WORD_FIRST, _by_word),
        (_WORD_WITHIN, _by_word),
        (_WORD_LAST, _by_word),
    )
)
