"""Alertmanager alert as a signal: cut, cleaned and completed until it can be stored.

Source: Prometheus Alertmanager, `template.Data`; Prometheus common, `model.LabelSet.Fingerprint`.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from events.values.plain_text import one_line
from events.values.severity import severity_named
from services.intake.batch.cleaning import storable, time_from, told_apart, url_from
from services.intake.batch.signal import Signal

ODD: Final = "odd"  # set among the members that were read: some of their texts were none
FINGERPRINTED: Final = 64 * 1024  # characters of labels that take a fingerprint like the others'
_FNV_OFFSET: Final = 14_695_981_039_346_656_037
_FNV_PRIME: Final = 1_099_511_628_211


def signal_from(members: Mapping[str, Any], at: datetime) -> Signal:
    """Return an alert from the members that were sent, `at` standing in for a start nobody knows.

    `members` has texts, numbers and nothings; mappings of texts under `labels` and `annotations`;
    and ODD.
    """
    raw_labels = texts_in(members.get("labels"))
    raw_annotations = texts_in(members.get("annotations"))
    labels, annotations = storable(raw_labels), storable(raw_annotations)
    started_at, ended_at = time_from(members.get("startsAt")), time_from(members.get("endsAt"))
    sent_name = members.get("fingerprint")
    named = sent_name if isinstance(sent_name, str) else ""
    fingerprint = told_apart(named) if named else derived_name(members, raw_labels)
    status = members.get("status")
    has_status = status in {"firing", "resolved"}
    url = url_from(members.get("generatorURL"))
    whole = (
        not members.get(ODD)
        and has_status
        and bool(named)
        and started_at is not None
        and (labels, annotations, fingerprint) == (raw_labels, raw_annotations, sent_name)
        and url == (members.get("generatorURL") or "")
    )
    return Signal(
        dedup_key=fingerprint,
        firing=status == "firing" if has_status else not _is_past(ended_at, at),
        title=one_line(annotations.get("summary", "")),
        severity=severity_named(labels.get("severity", "")),
        labels=labels,
        annotations=annotations,
        started_at=started_at or at,
        start_known=started_at is not None,
        ended_at=ended_at,
        source_url=url,
        mended=not whole,
    )


def _is_past(ended_at: datetime | None, at: datetime) -> bool:
    """Return what Alertmanager itself goes by: an alert is resolved when its end has passed."""
    return ended_at is not None and ended_at <= at


def fingerprint_of(labels: Mapping[str, str]) -> str:
    """Return the fingerprint that Prometheus and Alertmanager give to these labels."""
    total = _FNV_OFFSET
    for name, value in sorted(labels.items()):
        for byte in b"%b\xff%b\xff" % (_bytes(name), _bytes(value)):
            total = ((total ^ byte) * _FNV_PRIME) & 0xFFFF_FFFF_FFFF_FFFF
    return f"{total:016x}"


def texts_in(value: Any) -> dict[str, str]:
    """Return labels or annotations as they were sent; none where they are no texts by name."""
    return dict(value) if isinstance(value, Mapping) else {}


def derived_name(members: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Return what tells an alert without a fingerprint from the others, now and when it ends."""
    if sum(len(name) + len(text) for name, text in labels.items()) > FINGERPRINTED:
        words = "\x00".join(word for label in sorted(labels.items()) for word in label)
        return sha256(words.encode(errors="surrogatepass")).hexdigest()
    if labels:
        return fingerprint_of(labels)
    rest = [
        members.get("generatorURL"),
        members.get("startsAt"),
        sorted(texts_in(members.get("annotations"))),
    ]
    texts = [*map(str, rest), *texts_in(members.get("annotations")).values()]
    return sha256("\x00".join(texts).encode(errors="surrogatepass")).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
