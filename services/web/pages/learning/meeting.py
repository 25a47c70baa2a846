"""Postmortem meeting: scheduled with whom it is for, run by its agenda, and rated at its end."""

from typing import Any, Final

from starlette.responses import Response

from services.access.permissions import Permission
from services.web.calls import Document, Refused, path_of
from services.web.fields.moments import wanted_instant
from services.web.forms import Form
from services.web.page import Answer, action, done, page, warned
from services.web.rendering import Screen
from services.web.visit import Visit
from services.web.words import read

AT: Final = "/incidents/{reference}/postmortem/meeting"
NOT_FOUND: Final = 404
YES: Final = "yes"


async def show(visit: Visit) -> Screen:
    """Show the meeting with its agenda, and the forms that change it."""
    incident = await visit.calls.get(
        path_of("incidents", visit.named("reference")), **visit.reading
    )
    meeting = await meeting_of(visit)
    may_act = not visit.as_of and visit.may(Permission.INCIDENT_COMMAND)
    invitees = await visit.calls.get(_path(visit, "invitees"), **visit.reading)
    people = (await visit.calls.get(path_of("responders")))["responders"] if may_act else []
    stands = meeting is not None and not meeting["called_off"]
    return Screen(
        template="learning/meeting.html",
        title=f"Meeting · {incident['title']}",
        facts={
            "incident": incident,
            "meeting": meeting,
            "stands": stands,
            "begun": meeting is not None and read(meeting["starts_at"]) <= visit.now,
            "starts_at": _by_the_clock(visit, meeting),
            "asked": meeting["invited_ids"] if meeting is not None and stands else None,
            "invitees": {one["responder_id"]: one for one in invitees["invitees"]},
            "people": people,
            "me": visit.session.person,
            "may_act": may_act,
            "may_subscribe": not visit.as_of and visit.may(Permission.ON_CALL_WRITE),
            "who": await visit.who(incident),
        },
    )


async def meeting_of(visit: Visit) -> Document | None:
    """Return the meeting; None if none was ever scheduled."""
    try:
        return await visit.calls.get(_path(visit), **visit.reading)
    except Refused as refused:
        if refused.code in {"meeting-not-scheduled", "postmortem-not-found"}:
            return None
        raise


def _by_the_clock(visit: Visit, meeting: Document | None) -> str:
    if meeting is None:
        return ""
    return f"{read(meeting['starts_at']).astimezone(visit.clock.zone):%Y-%m-%dT%H:%M}"


async def schedule(visit: Visit, form: Form) -> Answer:
    """Schedule the meeting, or have it otherwise."""
    body = {
        "starts_at": wanted_instant(form, "starts_at", visit.clock.zone),
        "place": form.text("place"),
        "facilitator_id": form.text("facilitator"),
        "invited_ids": form.listed("invited"),
    }
    receipt = await visit.calls.give("PUT", _path(visit), form.command_id, body)
    return await warned(visit, receipt, show, _address(visit))


async def call_off(visit: Visit, form: Form) -> Answer:
    """Call the meeting off."""
    body = {"reason": form.text("reason") or ""}
    receipt = await visit.calls.give("DELETE", _path(visit), form.command_id, body)
    return done(visit, receipt, _address(visit))


async def tick(visit: Visit, form: Form) -> Answer:
    """Say that somebody was there, or was not after all."""
    path = _path(visit, "attendance", form.text("attendee") or visit.session.person)
    body = {"present": form.text("present") == YES}
    return done(visit, await visit.calls.give("PUT", path, form.command_id, body), _address(visit))


async def note(visit: Visit, form: Form) -> Answer:
    """Keep what was said on an item of the agenda."""
    number = form.text("item") or ""
    body = {"item": int(number) if number.isdecimal() else 0, "text": form.text("text") or ""}
    receipt = await visit.calls.give("POST", _path(visit, "notes"), form.command_id, body)
    return done(visit, receipt, _address(visit))


async def end(visit: Visit, form: Form) -> Answer:
    """Say that the meeting is over."""
    receipt = await visit.calls.give("POST", _path(visit, "end"), form.command_id, None)
    return done(visit, receipt, _address(visit))


async def rate(visit: Visit, form: Form) -> Answer:
    """Answer the two questions at the end."""
    body: dict[str, Any] = {
        "learned": form.text("learned") == YES,
        "would_come_again": form.text("again") == YES,
    }
    receipt = await visit.calls.give("PUT", _path(visit, "rating"), form.command_id, body)
    return done(visit, receipt, _address(visit))


async def subscribe(visit: Visit, form: Form) -> Answer:
    """Issue a calendar of all meetings, or of one's own, and show its address."""
    mine = form.text("of") == "me"
    body = {"meetings": True, "responder_id": visit.session.person if mine else None}
    issued = await visit.calls.give("POST", path_of("feeds"), form.command_id, body)
    base = str(visit.request.base_url).rstrip("/")
    return Screen(
        template="learning/meeting_feed.html",
        title="The address of the calendar",
        facts={
            "address": f"{base}{issued['path']}" if issued["path"] else None,
            "back": _address(visit),
            "mine": mine,
        },
    )


async def download(visit: Visit) -> Answer:
    """Return the meeting as a calendar entry."""
    reference = visit.named("reference")
    path = path_of("incidents", reference, "postmortem", "meeting.ics")
    entry = await visit.calls.fetch(path, **visit.reading)
    headers = {"Content-Disposition": 'attachment; filename="meeting.ics"'}
    return Response(entry.text, media_type="text/calendar; charset=utf-8", headers=headers)


def _path(visit: Visit, *nouns: str) -> str:
    return path_of("incidents", visit.named("reference"), "postmortem", "meeting", *nouns)


def _address(visit: Visit) -> str:
    return f"/incidents/{visit.named('reference')}/postmortem/meeting"


ROUTES = (
    page(AT, show, personal=True),
    page(f"{AT}.ics", download),
    action(AT, schedule, again=show),
    action(f"{AT}/calling-off", call_off, again=show),
    action(f"{AT}/attendance", tick, again=show),
    action(f"{AT}/notes", note, again=show),
    action(f"{AT}/end", end, again=show),
    action(f"{AT}/rating", rate, again=show),
    action(f"{AT}/feeds", subscribe, again=show),
)
