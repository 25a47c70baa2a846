"""Sentry source: the webhooks of an internal integration, signed with its client secret.

Source: Sentry, "Integration Platform", "Webhooks": issue alerts, metric alerts, issues.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import msgspec
from fastapi import Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from events.values.plain_text import one_line
from events.values.severity import Severity
from services.api.http.bodies import read_body
from services.api.intake.alert_source import AlertSource
from services.api.intake.signature import HexSignature
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, batch
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch
from services.intake.batch.spool import packed
from services.request_refusals import BodyMalformed

TITLE: Final = "Sentry"
MOST_BYTES: Final = 2 * 1024 * 1024  # an event of Sentry has 1 MiB at most
SEVERITIES: Final = {
    "fatal": Severity.SEV1,
    "critical": Severity.SEV1,
    "error": Severity.SEV2,
    "warning": Severity.SEV3,
    "info": Severity.SEV4,
    "debug": Severity.SEV4,
}
ISSUE_OVER: Final = frozenset({"resolved", "archived", "ignored"})
TAGS: Final = frozenset({"environment", "release", "server_name", "transaction"})


def _plain(value: Any) -> str:
    """Return a text or a number as text; nothing of anything else."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _tags(value: Any) -> dict[str, str]:
    """Return the tags that say where it happened, of pairs as Sentry writes them."""
    pairs = value if isinstance(value, list) else []
    found = (pair for pair in pairs if isinstance(pair, list) and len(pair) == len(("name", "")))
    return {
        name: text for one, two in found if (name := _plain(one)) in TAGS and (text := _plain(two))
    }


type Plain = Annotated[str, BeforeValidator(_plain)]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SentryEvent(_Sent):
    """The event that triggered an issue alert, or the issue itself."""

    id: Annotated[Plain, Field(description="Of an issue.")] = ""
    issue_id: Plain = ""
    issue_url: Plain = ""
    title: Plain = ""
    culprit: Plain = ""
    level: Plain = ""
    platform: Plain = ""
    web_url: Plain = ""
    permalink: Plain = ""
    tags: Annotated[
        dict[str, str], BeforeValidator(_tags, json_schema_input_type=list[list[str]])
    ] = {}


class SentryRule(_Sent):
    """The rule of a metric alert."""

    name: Plain = ""


class SentryMetricAlert(_Sent):
    """The incident of a metric alert."""

    id: Plain = ""
    alert_rule: SentryRule | None = None
    date_started: Plain = ""
    date_closed: Plain = ""


class SentryData(_Sent):
    """What happened; which member there is depends on what the webhook is about."""

    event: SentryEvent | None = None
    issue: SentryEvent | None = None
    metric_alert: SentryMetricAlert | None = None
    triggered_rule: Plain = ""
    description_title: Plain = ""
    description_text: Plain = ""
    web_url: Plain = ""


class SentryHook(_Sent):
    """A webhook of Sentry."""

    action: Plain = ""
    data: SentryData


def batch_of(body: SentryHook, arrival: Arrival) -> Batch:
    """Return the alert; an assignment, a comment or an installation is none, and changes nothing.

    Raises: BodyMalformed (an alert without the id that its end will name).
    """
    data, action = body.data, body.action.lower()
    if data.metric_alert is not None:
        return batch(_metric(data, data.metric_alert, action), arrival, TITLE)
    if data.event is not None and action == "triggered":
        return batch(_issue(data, data.event, over=False), arrival, TITLE)
    if data.issue is not None and action in ISSUE_OVER:
        return batch(_issue(data, data.issue, over=True), arrival, TITLE)
    return Batch(sender=TITLE, group_key=f"nothing: {action}", signals=packed([]))


def _issue(data: SentryData, about: SentryEvent, *, over: bool) -> GenericAlert:
    number = about.issue_id or about.id or about.issue_url.rstrip("/").rpartition("/")[2]
    severity = SEVERITIES.get(about.level.lower())
    places = {"culprit": about.culprit, "platform": about.platform, "level": about.level}
    return GenericAlert(
        title=one_line(about.title) or f"Sentry issue {_named(number)}",
        status="resolved" if over else "firing",
        dedup_key=f"issue {_named(number)}",
        severity=severity.value if severity else "",
        labels=about.tags | {name: text for name, text in places.items() if text},
        details={"rule": data.triggered_rule} if data.triggered_rule else {},
        source_url=about.web_url or about.permalink,
    )


def _metric(data: SentryData, about: SentryMetricAlert, action: str) -> GenericAlert:
    severity = SEVERITIES.get(action)
    over = action == "resolved"
    rule = about.alert_rule.name if about.alert_rule else ""
    return GenericAlert(
        title=one_line(rule)
        or one_line(data.description_title)
        or f"Sentry metric alert {_named(about.id)}",
        status="resolved" if over else "firing",
        dedup_key=f"metric alert {_named(about.id)}",
        severity=severity.value if severity else "",
        description=data.description_text.replace("\\n", "\n"),
        source_url=data.web_url,
        started_at=about.date_started,
        ended_at=about.date_closed if over else None,
    )


def _named(number: str) -> str:
    if not one_line(number):
        raise BodyMalformed("The alert has no id: neither issue_id, nor one in issue_url, nor id.")
    return number


async def _parts(request: Request) -> AsyncIterator[bytes]:
    yield await read_body(request, MOST_BYTES)


class _Data(msgspec.Struct):
    event: Any = None
    issue: Any = None
    metric_alert: Any = None
    triggered_rule: Any = None
    description_title: Any = None
    description_text: Any = None
    web_url: Any = None


class _Hook(msgspec.Struct):
    data: _Data
    action: Any = None


def read_hook(raw: bytes) -> Any:
    """Return what is read of a webhook. A stack trace has more values than strict JSON may hold.

    Raises: BodyMalformed.
    """
    try:
        hook = msgspec.json.decode(raw, type=_Hook)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BodyMalformed("The body is not the JSON of a Sentry webhook.") from None
    data = {name: getattr(hook.data, name) for name in _Data.__struct_fields__}
    return {"action": hook.action, "data": data}


_BODY: Final = TypeAdapter(SentryHook)
SOURCE: Final = AlertSource(
    name="sentry",
    title=TITLE,
    description="""\
Take in what an internal integration of Sentry says: an issue alert or a metric alert was triggered,
a metric alert is over, or an issue was resolved or archived.

An issue is one alert, however often its rule triggers. Give the integration the client secret as
its signing secret: then `Sentry-Hook-Signature` is checked, and nothing unsigned is taken.""",
    parts=_parts,
    reader=lambda arrival: JsonReader(_BODY, lambda body: batch_of(body, arrival), read=read_hook),
    signature=HexSignature("Sentry-Hook-Signature"),
    body=json_body(
        _BODY,
        {
            "action": "triggered",
            "data": {
                "event": {
                    "issue_id": "1635244907",
                    "title": "KeyError: 'total'",
                    "culprit": "orders.checkout in pay",
                    "level": "error",
                    "platform": "python",
                    "web_url": "https://example.sentry.io/issues/1635244907/events/599349254a14/",
                    "tags": [["environment", "production"], ["level", "error"]],
                },
                "triggered_rule": "Page for new errors in production",
            },
            "installation": {"uuid": "65027794-169a-4042-80d0-808ece377141"},
            "actor": {"type": "application", "id": "sentry", "name": "Sentry"},
        },
    ),
)
