"""Losses: what is missing from a batch, as alerts that fire as long as it is missing.

So an alert that nobody could read is open in the group's incident, is paged for like any other and
stands on the timeline; the next batch that is whole again ends it.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from services.intake.batch.cleaning import told_apart
from services.intake.batch.signal import Batch, Signal

UNREAD: Final = "TocsinAlertsUnread"
LEFT_OUT: Final = "TocsinAlertsLeftOut"
WHYS: Final = ("unread", "left_out", "cut_off")


type LossCounts = Counter[tuple[str, str]]  # alerts missing from what was stored, by source and why


def count_losses(counts: LossCounts, source: str, batch: Batch, refused: int) -> None:
    """Count what one batch lacks, and what of it the log refused."""
    counts[source, "unread"] += batch.unread + refused
    counts[source, "left_out"] += batch.left_out  # by the sender
    counts[source, "cut_off"] += batch.cut_off  # messages whose end was missing


def losses_of(batch: Batch, at: datetime) -> Iterator[Signal]:
    """Yield one signal for each way in which alerts of the group may be missing."""
    yield _loss(batch, UNREAD, unread_words(batch), at)
    yield _loss(batch, LEFT_OUT, left_out_words(batch), at)


def unread_words(batch: Batch) -> str:
    """Return how many alerts could not be read, nothing when all were."""
    if batch.cut_off:
        return (
            f"{_alerts(batch.unread)} could not be read: the message was cut off"
            if batch.unread
            else "More alerts may be missing: the message was cut off"
        )
    return f"{_alerts(batch.unread)} could not be read" if batch.unread else ""


def left_out_words(batch: Batch) -> str:
    """Return how many alerts the sender left out, nothing when none or when all are over."""
    if not batch.left_out or batch.over:
        return ""
    by = f" ({batch.left_out_by})" if batch.left_out_by else ""
    return f"{batch.sender} left {batch.left_out} more out of its message{by}"


def _alerts(number: int) -> str:
    return "1 alert" if number == 1 else f"{number} alerts"


def _loss(batch: Batch, name: str, words: str, at: datetime) -> Signal:
    return Signal(
        dedup_key=told_apart(f"{name}:{batch.group_key}"),
        firing=bool(words),
        title=words,
        labels={"alertname": name},
        annotations={"summary": words} if words else {},
        started_at=at,
        start_known=False,
    )
