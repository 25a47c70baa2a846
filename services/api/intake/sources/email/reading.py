"""Reading a mail as an alert: its name, how it stands, and what tells it from the others. Pure."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256
from typing import Final

from activities.integrations.email.render import LOOP, LOOP_FIELD
from events.values.plain_text import cut
from events.values.severity import Severity
from services.api.intake.passed_over import PassedOver
from services.api.intake.sources.email.mail import Mail
from services.api.intake.sources.email.subject import Subject, read_subject, severity_word
from services.api.intake.sources.generic import GenericAlert, batch
from services.intake.arrival import Arrival
from services.intake.batch.cleaning import time_from
from services.intake.batch.signal import TITLE_LENGTH, Batch

TITLE: Final = "e-mail"
BY_SUBJECT: Final = "by-subject"  # behind the + of an address: one alert for each subject
OLDEST: Final = timedelta(days=5)  # that a queue may have kept a mail
_KEY: Final = re.compile(r"\s*\[key:\s*([^\]\n]{1,200}?)\s*\]", re.IGNORECASE)
_PROBLEM: Final = re.compile(r"^Original problem ID: (\d{1,20})\b", re.MULTILINE)  # Zabbix
_HOST: Final = re.compile(r"^Host:[ \t]*(\S.{0,200})$", re.MULTILINE)
_SEVERITY: Final = re.compile(r"^(?:Severity|Priority):[ \t]*(\w{1,20})", re.MULTILINE)
_URGENT: Final = {"1": Severity.SEV2, "2": Severity.SEV2, "4": Severity.SEV4, "5": Severity.SEV4}
_IMPORTANT: Final = {"high": Severity.SEV2, "urgent": Severity.SEV2, "low": Severity.SEV4}


def alert_of(mail: Mail, arrival: Arrival) -> Batch | PassedOver:
    """Return the alert that a mail is; what answers another mail by itself is none."""
    if reason := _unvouched(arrival) or _of_ours(mail) or answers_by_itself(mail, arrival):
        return PassedOver(reason=reason)
    subject = read_subject(_KEY.sub("", mail.says("subject"))[:500])
    if subject.says_nothing:
        return PassedOver(reason=subject.says_nothing)
    severity = _severity(mail, subject)
    sent = _sent_at(mail)
    alert = GenericAlert(
        title=subject.title or _first_line(mail) or f"E-mail from {_sender(mail, arrival)}",
        status="firing" if subject.firing else "resolved",
        dedup_key=key_of(mail, subject, arrival),
        severity=severity.value if severity else "",
        description=mail.text,
        labels=_labels(mail, arrival),
        details=_details(mail, arrival),
    )
    heard = replace(batch(alert, arrival, TITLE), comes_again=False)
    if sent is not None and subject.firing and arrival.at - OLDEST <= sent <= arrival.at:
        # It says since when there is trouble; what came after what is said by the arrivals.
        heard = replace(heard, signals=replace(heard.signals, began_at=sent))
    return heard


def _sent_at(mail: Mail) -> datetime | None:
    try:
        return time_from(parsedate_to_datetime(mail.says("date")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _unvouched(arrival: Arrival) -> str:
    """Return why a mail is not believed, also when it is read again: the checks are of then."""
    if "vouching-demanded" not in arrival.headers or arrival.headers.get("vouched-by"):
        return ""
    said = arrival.headers.get("vouching-results", "")
    return f"Nobody vouches for its sender, and its address asks for it: {said}"


def _of_ours(mail: Mail) -> str:
    if mail.says(LOOP_FIELD.lower()).lower() != LOOP:
        return ""
    return "It is a mail of Tocsin: taken as an alert, it would page for itself."


def answers_by_itself(mail: Mail, arrival: Arrival) -> str:
    """Return why a mail is a bounce or an automatic reply; nothing if it is neither.

    Monitors say `auto-generated` of their own mails (RFC 3834), and lists say `bulk` of theirs.
    """
    if arrival.headers.get("mail-from") == "<>":
        return "It is a bounce, or a receipt: its sender takes no answer."
    if mail.says("auto-submitted").lower().startswith("auto-replied"):
        return "It is an automatic reply, by its field Auto-Submitted."
    for name in ("x-autoreply", "x-autorespond", "x-autoreply-from"):
        if mail.says(name):
            return f"It is an automatic reply, by its field {name.title()}."
    if mail.says("precedence").lower() == "auto_reply":
        return "It is an automatic reply, by its field Precedence."
    if mail.says("content-type").lower().startswith("multipart/report"):
        return "It is a report on the delivery of another mail."
    return ""


def key_of(mail: Mail, subject: Subject, arrival: Arrival) -> str:
    """Return what tells the alert of this mail from others: what its sender says, if it does."""
    said = _KEY.search(mail.says("subject")) or _KEY.search(mail.text)
    detail = arrival.named.get("detail", "")
    if said is not None:
        return said[1]
    if detail == BY_SUBJECT:
        return f"subject:{(subject.about or subject.title).casefold()}"
    if detail:
        return detail
    if subject.about:
        return _key_of_standing(mail, subject)
    return mail.says("message-id") or _digest(mail)


def _key_of_standing(mail: Mail, subject: Subject) -> str:
    """Return the key of an alert whose mails say how it stands."""
    if problem := _PROBLEM.search(mail.text):
        return f"problem:{problem[1]}"
    host = _HOST.search(mail.text)
    about = subject.about.casefold()
    if host is not None and (name := host[1].strip().casefold()) not in about:
        about += f" on {name}"
    return f"about:{about}"


def _digest(mail: Mail) -> str:
    said = (mail.says("from"), mail.says("date"), mail.says("subject"), mail.text)
    return sha256("\n".join(said).encode(errors="replace")).hexdigest()


def _severity(mail: Mail, subject: Subject) -> Severity | None:
    said = _SEVERITY.search(mail.text)
    return (
        subject.severity
        or (severity_word(said[1]) if said else None)
        or _URGENT.get(mail.says("x-priority")[:1])
        or _IMPORTANT.get((mail.says("importance") or mail.says("priority")).lower())
    )


def _labels(mail: Mail, arrival: Arrival) -> dict[str, str]:
    labels = {"from": _sender(mail, arrival)}
    checked = arrival.headers.get("vouched-by")  # by the listener; not a field of the mail
    if checked is not None:
        labels["authenticated"] = checked or "no"
    return labels


def _details(mail: Mail, arrival: Arrival) -> dict[str, str | None]:
    return {
        "from": mail.says("from") or None,
        "message_id": mail.says("message-id") or None,
        "authentication": arrival.headers.get("vouching-results"),
        "note": "The mail is longer than what was read of it." if mail.cut_off else None,
    }


def _sender(mail: Mail, arrival: Arrival) -> str:
    """Return the address of whoever wrote it, or that of the envelope."""
    _, address = parseaddr(mail.says("from"))
    return address or arrival.headers.get("mail-from", "") or "an unknown sender"


def _first_line(mail: Mail) -> str:
    return cut(mail.text.split("\n", 1)[0].strip(), TITLE_LENGTH)
