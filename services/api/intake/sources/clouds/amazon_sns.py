"""Amazon SNS source: alarms of CloudWatch, over an HTTPS subscription of their topic.

Source: Amazon SNS developer guide, "HTTP/HTTPS notification JSON format" and "subscription
confirmation JSON format".
"""

import json
from dataclasses import replace
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from events.values.plain_text import one_line
from services.api.intake.alert_source import WebhookAnswer, take_alerts, webhook_answer
from services.api.intake.source import JsonReader, Source, any_json, json_body
from services.api.intake.sources.clouds.sns_signature import (
    AmazonKeys,
    amazon_path,
    fetched_from_amazon,
)
from services.api.intake.sources.generic import GenericAlert, Members, Words, batch, text_of
from services.intake.alerts.storing import Taken
from services.intake.arrival import Arrival, Intake
from services.intake.batch.signal import Batch
from services.intake.batch.spool import packed
from services.request_refusals import BodyMalformed
from services.strict_json import read_json

TITLE: Final = "Amazon CloudWatch"
logger = structlog.get_logger(__name__)
_keys: Final = AmazonKeys()


class SnsMessage(BaseModel):
    """A message of SNS; every member of it is signed, so none is changed."""

    model_config = ConfigDict(frozen=True, extra="allow")

    Type: Literal["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]
    MessageId: str
    TopicArn: str
    Subject: str | None = None
    Message: Annotated[str, Field(description="The alarm, as JSON in a text.")]
    Timestamp: str
    SignatureVersion: Annotated[str, Field(description="`1` or `2`.")] = ""
    Signature: str = ""
    SigningCertURL: str = ""
    SubscribeURL: str | None = None
    Token: str | None = None


class Alarm(BaseModel):
    """A CloudWatch alarm has another state."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    AlarmName: Words
    NewStateValue: Words
    AlarmDescription: Words = ""
    AlarmArn: Words = ""
    AWSAccountId: Words = ""
    Region: Words = ""
    OldStateValue: Words = ""
    NewStateReason: Words = ""
    StateChangeTime: Any = None
    Trigger: Members = {}

    @model_validator(mode="after")
    def _is_named(self) -> "Alarm":
        if not one_line(self.AlarmName):
            raise ValueError("name the alarm")
        return self

    @property
    def key(self) -> str:
        """Return what tells it from all others, of all accounts."""
        return self.AlarmArn or f"{self.AWSAccountId}:{self.Region}:{self.AlarmName}"

    @property
    def console_url(self) -> str:
        """Return where it is shown."""
        parts = self.AlarmArn.split(":")
        if parts[:3] != ["arn", "aws", "cloudwatch"] or not parts[3:4]:
            return ""
        region, name = quote(parts[3]), quote(self.AlarmName, safe="")
        home = f"https://{region}.console.aws.amazon.com/cloudwatch/home"
        return f"{home}?region={region}#alarmsV2:alarm/{name}"


def batch_of(message: SnsMessage, arrival_at: Arrival) -> Batch:
    """Return the alert of a notification; what is no alarm of CloudWatch pages by its subject."""
    try:
        alarm = Alarm.model_validate(read_json(message.Message.encode()))
    except (ValidationError, BodyMalformed, UnicodeEncodeError):
        return _alone(_other(message), arrival_at)
    if alarm.NewStateValue not in {"ALARM", "OK"}:  # nobody knows: what fires goes on
        return Batch(sender=TITLE, group_key=message.TopicArn, signals=packed([]))
    firing = alarm.NewStateValue == "ALARM"
    trigger = alarm.Trigger
    labels = {"account": alarm.AWSAccountId, "region": alarm.Region}
    labels |= {"namespace": text_of(trigger.get("Namespace"))}
    labels |= {"metric": text_of(trigger.get("MetricName"))} | _dimensions(trigger)
    alert = GenericAlert(
        title=alarm.AlarmName,
        status="firing" if firing else "resolved",
        dedup_key=alarm.key,
        description="\n".join(filter(None, (alarm.AlarmDescription, alarm.NewStateReason))),
        labels={name: text for name, text in labels.items() if text},
        source_url=alarm.console_url,
        started_at=alarm.StateChangeTime,
        ended_at=None if firing else alarm.StateChangeTime,
    )
    return _alone(alert, arrival_at)


def _alone(alert: GenericAlert, arrival: Arrival) -> Batch:
    return replace(batch(alert, arrival, TITLE), comes_again=False)  # SNS gives up after a minute


def _other(message: SnsMessage) -> GenericAlert:
    """Return what somebody else published to the topic, as an alert that only a person ends."""
    title = one_line(message.Subject or message.Message.strip().partition("\n")[0]) or "Message"
    return GenericAlert(
        title=title,
        dedup_key=f"{message.TopicArn}:{title}",
        description=message.Message,
        labels={"topic": message.TopicArn},
        started_at=message.Timestamp,
    )


def _dimensions(trigger: dict[str, Any]) -> dict[str, str]:
    dimensions = trigger.get("Dimensions")
    found = [one for one in dimensions if isinstance(one, dict)] if dimensions else []
    return {text_of(one.get("name")): text_of(one.get("value")) for one in found if one.get("name")}


async def take_message(message: SnsMessage, intake: Intake) -> Taken:
    """Do what a message asks for, once it is known to be Amazon's.

    Raises: SignatureWrong, SenderUnreachable, LogUnavailable, LogOverloaded.
    """
    await _keys.require_signed(message.model_dump(), intake.fetch)
    if message.Type == "Notification":
        arrival = Arrival(sender=intake.sender, at=intake.at)
        return await take_alerts(batch_of(message, arrival), intake)
    if message.Type == "SubscriptionConfirmation":
        url = message.SubscribeURL or ""
        amazon_path(url, "SubscribeURL")
        await fetched_from_amazon(url, intake.fetch)
    logger.warning("sns_subscription", type=message.Type, topic=message.TopicArn)
    nothing = Batch(sender=TITLE, group_key=message.TopicArn, signals=packed([]))
    return await take_alerts(nothing, intake)


def _reader(_arrival: Arrival) -> JsonReader[SnsMessage, SnsMessage]:
    return JsonReader(_BODY, lambda message: message)


_BODY: Final = TypeAdapter(SnsMessage)
_EXAMPLE: Final = {
    "AlarmName": "HighCPU",
    "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:HighCPU",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed: 2 datapoints were greater than 80.",
    "StateChangeTime": "2026-11-23T03:25:08.000+0000",
}
SOURCE: Final = Source(
    name="amazon-sns",
    title=TITLE,
    description="""\
Take in what an HTTPS subscription of Amazon SNS delivers: the state of CloudWatch alarms.

A subscription is confirmed by itself. Every message must be signed by Amazon, in version 1 or 2:
401 otherwise. `ALARM` fires, `OK` ends, `INSUFFICIENT_DATA` changes nothing.""",
    parts=any_json,
    reader=_reader,
    body=json_body(
        _BODY,
        {
            "Type": "Notification",
            "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:alarms",
            "Subject": 'ALARM: "HighCPU" in US East (N. Virginia)',
            "Message": json.dumps(_EXAMPLE),
            "Timestamp": "2026-11-23T03:25:09.000Z",
            "SignatureVersion": "2",
            "Signature": "by Amazon, in base64",
            "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem",
        },
    ),
    take=take_message,
    answer=webhook_answer,
    answers=WebhookAnswer,
    signed=True,
)
