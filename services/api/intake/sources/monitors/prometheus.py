"""Prometheus source: the API of Alertmanager that Prometheus and amtool post alerts to.

Source: Alertmanager's OpenAPI description, version 2: `postableAlerts`, `alertmanagerStatus`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec
from pydantic import BaseModel

from events.values.plain_text import one_line
from services.api.intake.alert_source import WebhookAnswer, take_alerts, webhook_answer
from services.api.intake.key_place import key_in_header
from services.api.intake.source import Source
from services.api.intake.sources.alertmanager.alert import derived_name, signal_from, texts_in
from services.api.intake.sources.alertmanager.reading import Dialect, NotificationReader
from services.api.intake.sources.alertmanager.schema import ALERT
from services.api.intake.sources.monitors.alertmanager_status import STATUS
from services.api.intake.streamed_body import pieces_of
from services.intake.alerts.storing import Taken
from services.intake.arrival import Intake
from services.intake.batch.cleaning import time_from, told_apart
from services.intake.batch.signal import Batch, Signal
from services.intake.batch.spool import Spool, blocks_of, packed
from services.request_refusals import FiringInDoubt

TITLE: Final = "Prometheus"
MOST_RULES: Final = 100  # incidents of one message; Prometheus sends at most 256 alerts in one
OTHER_RULES: Final = "other rules"


def posted_signal(members: Mapping[str, Any], at: datetime) -> Signal:
    """Return an alert; it is over when its end has passed, and fires as long as that is ahead.

    An end that lies ahead is what its sender promises to move on: Alertmanager resolves an alert
    whose `endsAt` passes without a repeat.
    """
    ended_at = time_from(members.get("endsAt"))
    over = ended_at is not None and ended_at <= at
    posted = {
        **members,
        "status": "resolved" if over else "firing",
        "endsAt": ended_at if over else None,
        "fingerprint": derived_name(members, texts_in(members.get("labels"))),
    }
    signal = signal_from(posted, at)
    return signal if over else msgspec.structs.replace(signal, expires_at=ended_at)


DIALECT: Final = Dialect(sender=TITLE, signal=posted_signal, listed=True)


class PostedReader:
    """Reads a list of alerts as it arrives: those of one rule are one group."""

    def __init__(self, at: datetime) -> None:
        self._reader = NotificationReader(at, DIALECT)

    def feed(self, part: bytes) -> None:
        """Take the next bytes."""
        self._reader.feed(part)

    def finish(self) -> tuple[Batch, ...]:
        """Return a batch for each rule, and one for what could not be read.

        Raises: BodyMalformed.
        """
        return by_rule(self._reader.finish())


def by_rule(whole: Batch) -> tuple[Batch, ...]:
    """Return the alerts in groups; what is missing from them is a group of its own."""
    rules: dict[str, Spool] = {}
    for block in blocks_of(whole.signals):
        for signal in block:
            rule = one_line(signal.labels.get("alertname", ""))
            if rule not in rules and len(rules) >= MOST_RULES:
                rule = OTHER_RULES
            rules.setdefault(rule, Spool()).add(signal)
    groups = [
        Batch(sender=TITLE, group_key=told_apart(f"rule: {rule}"), signals=spool.done())
        for rule, spool in rules.items()
    ]
    if whole.unread or whole.cut_off:
        groups.append(replace(whole, signals=packed([])))
    return tuple(groups)


class PrometheusAnswer(BaseModel):
    """What became of the alerts, by rule. Prometheus looks at the status alone."""

    groups: list[WebhookAnswer]


async def take_groups(groups: tuple[Batch, ...], intake: Intake) -> list[Taken]:
    """Store each group, also when one before it is in doubt.

    Raises: LogUnavailable, LogOverloaded, FiringInDoubt: it must come again.
    """
    taken: list[Taken] = []
    doubt: FiringInDoubt | None = None
    for group in groups:
        intake.headway()
        try:
            taken.append(await take_alerts(group, intake))
        except FiringInDoubt as in_doubt:
            doubt = in_doubt
    if doubt is not None:
        raise doubt
    return taken


SOURCE: Final = Source(
    name="prometheus",
    title=TITLE,
    description="""\
Take in alerts as Prometheus and amtool post them to Alertmanager's API: a list of them.

The alerts of one rule (`alertname`) are one incident. An alert is known by its labels; it ends when
it comes with an `endsAt` that has passed, or when an `endsAt` that it came with passes and it was
not sent again. What is stored twice changes nothing.""",
    parts=pieces_of,
    reader=lambda arrival: PostedReader(arrival.at),
    body={
        "required": True,
        "description": "Alerts as posted to Alertmanager's `/api/v2/alerts`, of up to 128 MiB.",
        "content": {
            "application/json": {
                "schema": {"title": "PostedAlerts", "type": "array", "items": ALERT},
                "example": [
                    {
                        "labels": {"alertname": "InstanceDown", "instance": "db-1:9100"},
                        "annotations": {"summary": "db-1:9100 is down"},
                        "startsAt": "2026-11-23T03:25:08.606Z",
                        "generatorURL": "http://prometheus.example.com:9090/graph?g0.expr=up",
                    }
                ],
            }
        },
    },
    take=take_groups,
    answer=lambda taken: PrometheusAnswer(groups=[webhook_answer(one) for one in taken]),
    answers=PrometheusAnswer,
    paths=("/v1/integrations/{key}/prometheus/api/v2/alerts", "/api/v2/alerts"),
    key=key_in_header("Authorization", "Bearer", "Basic"),
    operations=(STATUS,),
)
