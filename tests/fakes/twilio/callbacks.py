"""What Twilio calls an installation with: really signed, by Twilio's own library."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from uuid import uuid4

from httpx import AsyncClient, Response

from activities.integrations.twilio.callbacks import REPLIES
from tests.fakes.twilio.resources import BegunCall, SentMessage
from tests.fakes.twilio.server import ACCOUNT, NUMBER, TOKEN
from twilio.request_validator import RequestValidator


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One call of Twilio's; what is changed in it afterwards is not signed any more."""

    url: str
    form: dict[str, str]
    token: str = TOKEN
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        return RequestValidator(self.token).compute_signature(self.url, self.form)

    async def to(self, client: AsyncClient, public_url: str) -> Response:
        """Make the call; the installation is reached where it really is."""
        path = self.url.removeprefix(public_url.rstrip("/"))
        headers = {"x-twilio-signature": self.signature, **self.headers}
        return await client.post(path, data=self.form, headers=headers)


def reply(public_url: str, sender: str, text: str, **more: str) -> Callback:
    """A text message to the account's number."""
    sid = f"SM{uuid4().hex}"
    form = {"MessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT, "NumSegments": "1"}
    form |= {"From": sender, "To": NUMBER, "Body": text, "NumMedia": "0", **more}
    return Callback(url=public_url.rstrip("/") + REPLIES, form=form)


def receipt(message: SentMessage, status: str, error: str | None = None) -> Callback:
    """What became of a text message."""
    form = {"MessageSid": message.sid, "SmsSid": message.sid, "AccountSid": ACCOUNT}
    form |= {"MessageStatus": status, "SmsStatus": status, "To": message.to, "From": NUMBER}
    if error:
        form["ErrorCode"] = error
    return Callback(url=message.status_callback or "", form=form)


def call_ended(call: BegunCall, status: str, answered_by: str = "") -> Callback:
    """How a call ended."""
    form = {"CallSid": call.sid, "AccountSid": ACCOUNT, "CallStatus": status, "To": call.to}
    form |= {"From": call.sender, "Direction": "outbound-api", "ApiVersion": "2010-04-01"}
    if answered_by:
        form["AnsweredBy"] = answered_by
    return Callback(url=call.status_callback or "", form=form)


def machine_found(call: BegunCall, answered_by: str) -> Callback:
    """What took the call, said while it goes on."""
    form = {"CallSid": call.sid, "AccountSid": ACCOUNT, "AnsweredBy": answered_by}
    return Callback(url=call.status_callback or "", form=form | {"MachineDetectionDuration": "3"})


def key_pressed(call: BegunCall, digits: str, **more: str) -> Callback:
    """A key that somebody pressed, where the call's own script says that keys go."""
    gather = next(ET.fromstring(call.twiml).iter("Gather"))
    form = {"CallSid": call.sid, "AccountSid": ACCOUNT, "CallStatus": "in-progress"}
    form |= {"To": call.to, "From": call.sender, "Digits": digits, **more}
    return Callback(url=gather.attrib["action"], form=form)


def words_in(answer: Response) -> str:
    """Return what the answer says, to read or to hear; empty where it says nothing."""
    assert answer.headers["content-type"].startswith("text/xml"), answer.text
    root = ET.fromstring(answer.text)
    assert root.tag == "Response"
    said = [one.text or "" for one in root.iter() if one.tag in {"Message", "Say"}]
    return "\n".join(said)
