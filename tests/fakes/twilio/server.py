"""A Twilio that keeps what it took, over a real socket, and does what it is told.

It answers as Twilio's description says (tests/contracts proves it); the numbers of its refusals are
those of Twilio's error dictionary.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from tests.fakes.receiver import Behaviour, Misbehaviour, Reply, Request, answer, read_request
from tests.fakes.twilio.resources import BegunCall, SentMessage

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
NUMBER = "+46101234567"  # of the account
NOBODY = "+15005550001"  # as Twilio's own test number: it is none

type Seen = Callable[[Request, Reply], None]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Takes the request as Twilio does, and answers, or cuts the line after that."""

    cut_line: bool = False


type TwilioBehaviour = Behaviour | Accepted


def refusal(status: int, code: int, message: str, **headers: str) -> Reply:
    """Return Twilio's answer to a request that it does not take."""
    problem = {"code": code, "message": message, "more_info": "", "status": status}
    return _json(status, problem, headers)


TOO_MANY = 20429
LONGEST_BODY = 1600
LONGEST_TWIML = 4000
REFUSALS = {
    21201: "No 'To' number is specified",
    21205: "Url parameter is required.",
    21211: "Invalid 'To' Phone Number: it is none",
    21213: "'From' phone number is required",
    21218: "Invalid TwiML",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit",
}


def is_no_number(text: str) -> bool:
    return not text.startswith("+") or text == NOBODY


def too_many(**headers: str) -> Reply:
    return refusal(429, TOO_MANY, "Too Many Requests", **headers)


@dataclass(slots=True, kw_only=True)
class FakeTwilio:
    """One account."""

    port: int = 0
    script: list[TwilioBehaviour] = field(default_factory=lambda: [Accepted()])
    messages: list[SentMessage] = field(default_factory=list)  # the newest first
    calls: list[BegunCall] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    unsubscribed: set[str] = field(default_factory=set)  # who said STOP
    seen: Seen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """Return the settings of an installation that uses this account."""
        return {
            "TOCSIN_TWILIO_ACCOUNT_SID": ACCOUNT,
            "TOCSIN_TWILIO_AUTH_TOKEN": TOKEN,
            "TOCSIN_TWILIO_FROM": NUMBER,
            "TOCSIN_TWILIO_URL": self.url,
        }

    def messages_to(self, number: str) -> list[SentMessage]:
        return [message for message in self.messages if message.to == number]

    def calls_to(self, number: str) -> list[BegunCall]:
        return [call for call in self.calls if call.to == number]

    def next(self) -> TwilioBehaviour:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def answer_to(self, request: Request) -> Reply:
        """Return what Twilio answers, and keep what it takes."""
        if request.headers.get("authorization") != _basic(ACCOUNT, TOKEN):
            return refusal(401, 20003, "Authenticate")
        path, query = urlsplit(request.target).path, urlsplit(request.target).query
        begin = f"/2010-04-01/Accounts/{ACCOUNT}"
        answers: dict[tuple[str, str], Callable[[], Reply]] = {
            ("POST", "/Messages.json"): lambda: self._take_message(_form(request.body.decode())),
            ("GET", "/Messages.json"): lambda: self._list_messages(_form(query)),
            ("POST", "/Calls.json"): lambda: self._begin_call(_form(request.body.decode())),
        }
        name = path.removeprefix(begin)
        return answers.get((request.method, name), lambda: self._show(name))()

    def _take_message(self, form: dict[str, str]) -> Reply:
        to, body = form.get("To", ""), form.get("Body", "")
        why = {
            21604: not to,
            21211: is_no_number(to),
            21603: not {"From", "MessagingServiceSid"} & form.keys(),
            21602: not body,
            21617: len(body) > LONGEST_BODY,
            21610: to in self.unsubscribed,
        }
        if code := next((code for code, holds in why.items() if holds), None):
            return refusal(400, code, REFUSALS[code])
        message = SentMessage(
            sid=f"SM{uuid4().hex}",
            account_sid=ACCOUNT,
            to=to,
            sender=form.get("From"),
            service=form.get("MessagingServiceSid"),
            body=body,
            status_callback=form.get("StatusCallback"),
        )
        self.messages.insert(0, message)
        return _json(201, message.view)

    def _list_messages(self, query: dict[str, str]) -> Reply:
        size = int(query.get("PageSize", "50"))
        found = [one for one in self.messages if query.get("To") in {None, one.to}][:size]
        uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize={size}&Page=0"
        return _json(
            200,
            {
                "end": max(len(found) - 1, 0),
                "first_page_uri": uri,
                "next_page_uri": None,
                "page": 0,
                "page_size": size,
                "previous_page_uri": None,
                "start": 0,
                "uri": uri,
                "messages": [one.view for one in found],
            },
        )

    def _begin_call(self, form: dict[str, str]) -> Reply:
        to, twiml = form.get("To", ""), form.get("Twiml", "")
        why = {
            21201: not to,
            21211: is_no_number(to),
            21213: "From" not in form,
            21205: not {"Url", "Twiml", "ApplicationSid"} & form.keys(),
            21218: len(twiml) > LONGEST_TWIML,
        }
        if code := next((code for code, holds in why.items() if holds), None):
            return refusal(400, code, REFUSALS[code])
        call = BegunCall(
            sid=f"CA{uuid4().hex}",
            account_sid=ACCOUNT,
            to=to,
            sender=form["From"],
            twiml=twiml,
            status_callback=form.get("StatusCallback"),
            asks_for_machines="MachineDetection" in form,
        )
        self.calls.insert(0, call)
        return _json(201, call.view)

    def _show(self, path: str) -> Reply:
        sid = path.rpartition("/")[2].removesuffix(".json")
        taken: list[SentMessage | BegunCall] = [*self.messages, *self.calls]
        found = next((one for one in taken if one.sid == sid), None)
        if found is None:
            return refusal(404, 20404, f"The requested resource {path} was not found")
        return _json(200, found.view)


@asynccontextmanager
async def twilio(*script: TwilioBehaviour) -> AsyncIterator[FakeTwilio]:
    """Yield a Twilio that listens on a port of its own; its last behaviour is kept up."""
    fake = FakeTwilio(script=list(script) or [Accepted()])
    open_lines: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_lines.add(writer)
        behaviour = fake.next()
        if behaviour is Misbehaviour.REFUSE:
            writer.transport.abort()
            return
        request = await read_request(reader)
        fake.requests.append(request)
        if isinstance(behaviour, Misbehaviour):
            if behaviour is Misbehaviour.CUT:
                writer.transport.abort()
            return
        reply = behaviour if isinstance(behaviour, Reply) else fake.answer_to(request)
        if fake.seen is not None:
            fake.seen(request, reply)
        if isinstance(behaviour, Accepted) and behaviour.cut_line:
            writer.transport.abort()
            return
        await answer(writer, reply)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        for line in open_lines:
            line.transport.abort()
        server.close()
        await server.wait_closed()


def _form(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> Reply:
    return Reply(
        status=status,
        headers={"content-type": "application/json", "connection": "close", **(headers or {})},
        body=json.dumps(body).encode(),
    )


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
