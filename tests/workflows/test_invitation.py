"""Invitations on the real servers and over SMTP: each calendar ends up as the meeting is."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
import vobject
from pydantic import SecretStr
from temporalio.client import WorkflowHandle

from activities.delivery.delivering import Delivering
from activities.delivery.outbound import Outbound
from activities.integrations.email.provider import EmailProvider, SmtpServer
from activities.meeting_invitation.planning import InvitationPlanning
from activities.meeting_invitation.wanted import MeetingInvitations
from activities.payloads import invite
from activities.recording import Recording
from events.handle import handle
from events.ids import (
    IncidentId,
    ResponderId,
    incident_stream,
    meeting_invitation_stream,
)
from events.incident.decide import incident_decider
from events.incident.privacy.commands import AddMember, MakeIncidentPrivate
from events.log.queues.contact_turns import PostgresTurns
from events.log.queues.outbox import PostgresOutbox
from events.postmortem.commands import StartPostmortem
from events.postmortem.decide import AGGREGATE, postmortem_decider
from events.postmortem.document.terms import DEFAULT_TERMS
from events.postmortem.meeting.commands import CallMeetingOff, ScheduleMeeting
from services.projector.invitations import Invitations
from services.worker.workers import SANDBOX, meeting_worker
from tests.answers import NoAnswers, NoNews
from tests.eventually import eventually
from tests.fakes.mail_server import MailServer, mail_server
from tests.harness import ADMIN, METADATA, digest, now
from tests.projections.stories import catch_up
from tests.servers import Database
from tests.workflows.conftest import Harness
from tests.workflows.test_histories import record, replayer
from workflows.ids import invitation_workflow_id
from workflows.meeting.invitation import InvitationWorkflow

pytestmark = pytest.mark.stack

ANA, BEN, CEM = (ResponderId(name) for name in ("ana", "ben", "cem"))
KEY = SecretStr("k" * 32)
AT_TWO = now().replace(microsecond=0) + timedelta(days=2)
HOUR = timedelta(hours=1)


@dataclass
class Meeting:
    """The meeting about an incident's postmortem, and the mail server that tells people of it."""

    harness: Harness
    incident_id: IncidentId
    mails: MailServer
    deadline: timedelta = timedelta(seconds=2)
    invited: tuple[ResponderId, ...] = (ANA, BEN)
    seen: list[str] = field(default_factory=list)

    async def schedule(self, starts_at: datetime = AT_TWO, **changes: Any) -> None:
        words = {"place": "Room 4", "invited_ids": self.invited, **changes}
        command = ScheduleMeeting(
            starts_at=starts_at, incident_began_at=now() - HOUR, actor=ADMIN, at=now(), **words
        )
        await self.give(command)

    async def call_off(self) -> None:
        await self.give(CallMeetingOff(reason="Half of us are ill", actor=ADMIN, at=now()))

    async def give(self, command: Any) -> None:
        """Change the meeting, with what the relay is to do in the same transaction."""
        command_id = uuid4()
        await handle(
            self.harness.log,
            postmortem_decider,
            AGGREGATE.stream(self.incident_id),
            command,
            command_id=command_id,
            request_digest=bytes.fromhex(digest(command)),
            metadata=METADATA,
            outbox=(invite(self.incident_id, command_id),),
        )

    async def relayed(self) -> int:
        return await self.invitations().relay()

    def invitations(self) -> Invitations:
        """Return a projector that has just begun, and has no patience."""
        database = self.harness.log.database
        outbox = PostgresOutbox(database)
        return Invitations(database, outbox, self.harness.temporal, patience=timedelta(0))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        log = self.harness.log
        recording = Recording(log, NoAnswers())
        server = SmtpServer(
            smtp_host="127.0.0.1", smtp_port=self.mails.port, mail_from="tocsin@example.org"
        )
        provider = EmailProvider(Outbound(), server, deadline=self.deadline)
        kind = MeetingInvitations(log, public_url="https://tocsin.example.org")
        turns = PostgresTurns(log.database)
        delivering = Delivering({"email": provider}, [kind], turns, NoNews(), KEY)
        async with meeting_worker(
            self.harness.temporal, recording, InvitationPlanning(log), delivering, runner=SANDBOX
        ):
            yield

    @property
    def workflow(self) -> "WorkflowHandle[object, object]":
        return self.harness.temporal.get_workflow_handle(invitation_workflow_id(self.incident_id))

    async def told(self) -> None:
        """Have the newest change told, to the last outcome."""
        assert await self.relayed() > 0
        await self.workflow.result()

    async def happened(self) -> list[str]:
        return await self.harness.happened(meeting_invitation_stream(self.incident_id))

    def to(self, who: str) -> list[EmailMessage]:
        address = f"{who}@example.com"
        mails = zip(self.mails.mails, self.mails.recipients, strict=True)
        return [mail for mail, recipients in mails if recipients == [address]]

    def calendar(self, who: str) -> dict[str, datetime]:
        """Return what somebody's calendar shows, by UID, after it has read its mail in order."""
        shown: dict[str, datetime] = {}
        newest: dict[str, int] = {}
        for mail in self.to(who):
            asked = asks(mail)
            uid, sequence = asked.vevent.uid.value, int(asked.vevent.sequence.value)
            assert sequence >= newest.get(uid, 0), "an older one came after a newer one"
            newest[uid] = sequence
            if asked.method.value == "CANCEL":
                shown.pop(uid, None)
            else:
                shown[uid] = asked.vevent.dtstart.value
        return shown


def asks(mail: EmailMessage) -> Any:
    """Return what a mail asks of a calendar, as another library reads it."""
    [part] = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    asked = vobject.readOne(part.get_content())
    assert part.get_param("method") == asked.method.value
    assert part.get_content_charset() == "utf-8"
    return asked


@pytest.fixture
async def meeting(idle_harness: Harness) -> AsyncIterator[Meeting]:
    for name in (ANA, BEN, CEM):
        await idle_harness.responder(name)
    incident_id = await idle_harness.declare()
    async with mail_server() as mails:
        one = Meeting(idle_harness, incident_id, mails)
        start = StartPostmortem(
            incident_id=incident_id, author_id=ANA, terms=DEFAULT_TERMS, actor=ADMIN, at=now()
        )
        await one.give(start)
        yield one


async def test_a_meeting_comes_into_each_calendar_moves_there_and_goes_again(
    meeting: Meeting,
) -> None:
    async with meeting.working():
        await meeting.schedule()
        await meeting.told()
        for who in (ANA, BEN):
            assert [*meeting.calendar(who).values()] == [AT_TWO]
        await meeting.schedule(AT_TWO + HOUR)
        await meeting.told()
        for who in (ANA, BEN):
            assert [*meeting.calendar(who).values()] == [AT_TWO + HOUR]
        await meeting.call_off()
        await meeting.told()
    for who in (ANA, BEN):
        assert not meeting.calendar(who)
        methods = [asks(mail).method.value for mail in meeting.to(who)]
        assert methods == ["REQUEST", "REQUEST", "CANCEL"]
    assert "Half of us are ill" in str(meeting.to(ANA)[-1].get_body(("plain",)))
    assert not meeting.to(CEM)
    told = await meeting.workflow.fetch_history()
    await replayer(InvitationWorkflow).replay_workflow(told)
    if os.environ.get("TOCSIN_RECORD_HISTORIES"):
        record("InvitationWorkflow", "called_off", told)


async def test_whoever_is_struck_off_hears_it_once_and_nothing_of_what_follows(
    meeting: Meeting,
) -> None:
    async with meeting.working():
        await meeting.schedule()
        await meeting.told()
        await meeting.schedule(invited_ids=(ANA, CEM))
        await meeting.told()
        await meeting.schedule(AT_TWO + HOUR, invited_ids=(ANA, CEM))
        await meeting.told()
        assert [asks(mail).method.value for mail in meeting.to(BEN)] == ["REQUEST", "CANCEL"]
        assert "You need not come" in meeting.to(BEN)[-1]["Subject"]
        assert meeting.to(CEM)[0]["Subject"].startswith("Invitation")
        assert meeting.to(ANA)[-1]["Subject"].startswith("Meeting changed")
        await meeting.schedule(AT_TWO + HOUR, invited_ids=(ANA, BEN))
        await meeting.told()
    assert [*meeting.calendar(BEN).values()] == [AT_TWO + HOUR]
    assert not meeting.calendar(CEM)
    uids = {uid for who in (ANA, BEN) for uid in meeting.calendar(who)}
    assert len(uids) == 1


async def test_moved_twice_while_the_mail_server_hangs_the_newest_comes_last_and_once(
    meeting: Meeting,
) -> None:
    meeting.mails.hang_in = "rcpt"
    async with meeting.working():
        await meeting.schedule()
        await meeting.relayed()
        await eventually("a mail is tried", lambda: bool(meeting.mails.asked))
        for hours in (1, 2):
            await meeting.schedule(AT_TWO + hours * HOUR)
            await meeting.relayed()
        meeting.mails.hang_in = None
        await meeting.workflow.result()
    for who in (ANA, BEN):
        assert [*meeting.calendar(who).values()] == [AT_TWO + 2 * HOUR]
    happened = await meeting.happened()
    assert happened.count("delivery.sent") == len(meeting.mails.mails)
    assert happened.count("delivery.suppressed") >= 2


@pytest.mark.parametrize(
    ("fault", "mended", "mails_of_each"),
    [
        ({"data": "452 4.3.1 full"}, {"data": "250 OK"}, 1),
        ({"cut_in": "connect"}, {"cut_in": None}, 1),
        ({"cut_in": "data"}, {"cut_in": None}, 2),  # nobody knows whether it was taken
    ],
    ids=["full", "away", "cut after it was taken"],
)
async def test_a_mail_server_in_trouble_leaves_each_calendar_with_one_meeting(
    meeting: Meeting, fault: dict[str, Any], mended: dict[str, Any], mails_of_each: int
) -> None:
    for name, value in fault.items():
        setattr(meeting.mails, name, value)
    async with meeting.working():
        await meeting.schedule(invited_ids=(ANA,))
        await meeting.relayed()
        await eventually(
            "a mail is tried", lambda: bool(meeting.mails.asked or meeting.mails.lines)
        )
        if "data" in fault.values():
            await eventually("it is taken", lambda: bool(meeting.mails.mails))
        for name, value in mended.items():
            setattr(meeting.mails, name, value)
        await meeting.workflow.result()
    assert [*meeting.calendar(ANA).values()] == [AT_TWO]
    assert len(meeting.to(ANA)) == mails_of_each
    assert len({mail["Message-ID"] for mail in meeting.to(ANA)}) == 1
    assert (await meeting.happened()).count("delivery.sent") == 1


async def test_a_terminated_workflow_begins_again_and_doubles_nothing(meeting: Meeting) -> None:
    meeting.mails.hang_in = "rcpt"
    async with meeting.working():
        await meeting.schedule()
        await meeting.relayed()
        await eventually("a mail is tried", lambda: bool(meeting.mails.asked))
        await meeting.workflow.terminate("an operator")
        meeting.mails.hang_in = None
        await meeting.schedule(AT_TWO + HOUR)
        await meeting.told()
        await meeting.give(CallMeetingOff(reason="No", actor=ADMIN, at=now()))
        await meeting.told()
        await meeting.give(CallMeetingOff(reason="No", actor=ADMIN, at=now()))
        await meeting.told()  # nothing is new
    for who in (ANA, BEN):
        assert not meeting.calendar(who)
        assert [asks(mail).method.value for mail in meeting.to(who)][-2:] == ["REQUEST", "CANCEL"]
    assert (await meeting.happened()).count("meeting_invitation.planned") == 3


async def test_what_a_lost_workflow_left_is_found_by_a_look_and_sent_once(
    meeting: Meeting, database: Database
) -> None:
    meeting.mails.hang_in = "rcpt"
    async with meeting.working():
        await meeting.schedule(invited_ids=(ANA,))
        await meeting.relayed()
        await eventually("a mail is tried", lambda: bool(meeting.mails.asked))
        await meeting.workflow.terminate("an operator")
        meeting.mails.hang_in = None
        await catch_up(database)
        projector = meeting.invitations()
        assert await projector.step() == 1
        await meeting.workflow.result()
        await catch_up(database)
        assert await projector.step() == 0  # the next look is in a while
        assert await meeting.invitations().step() == 1  # one that begins looks at what is ahead
        await meeting.workflow.result()
    assert [*meeting.calendar(ANA).values()] == [AT_TWO]
    assert len(meeting.to(ANA)) == 1


async def test_a_change_whose_workflow_was_lost_before_it_planned_is_told_by_the_next_projector(
    meeting: Meeting, database: Database
) -> None:
    await meeting.schedule(invited_ids=(ANA,))
    await meeting.relayed()
    await meeting.workflow.terminate("an operator")  # no worker has seen it
    await catch_up(database)
    async with meeting.working():
        assert await meeting.invitations().step() == 1
        await meeting.workflow.result()
    assert [*meeting.calendar(ANA).values()] == [AT_TWO]


async def test_the_meeting_about_a_private_incident_is_told_to_its_members_alone(
    meeting: Meeting,
) -> None:
    stream = incident_stream(meeting.incident_id)
    commands = (
        MakeIncidentPrivate(reason="A person is concerned", actor=ADMIN, at=now()),
        AddMember(responder_id=ANA, actor=ADMIN, at=now()),
    )
    async with meeting.working():
        await meeting.schedule()
        await meeting.told()
        for command in commands:
            await meeting.harness.store(incident_decider, stream, command)
        await meeting.schedule(AT_TWO + HOUR)
        await meeting.told()
    assert [*meeting.calendar(ANA).values()] == [AT_TWO + HOUR]
    entry = asks(meeting.to(ANA)[-1]).vevent
    assert "Checkout" not in entry.summary.value
    assert not meeting.calendar(BEN)
    last = meeting.to(BEN)[-1]
    assert asks(last).vevent.summary.value == "Postmortem meeting"
    assert "Checkout" not in last.as_string()
    assert "Room 4" not in last.as_string()
