"""Calendar writing: entries as an iCalendar file, published or sent to one person.

Sources: RFC 5545, RFC 5546 3.2 (which property each method needs), RFC 6047 (by mail).
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from icalendar import Calendar, Event, vCalAddress, vText

from activities.calendars.entry import CalendarEntry, CalendarPart

PRODUCT: Final = "-//Tocsin//Postmortem meetings//EN"
REFRESH: Final = timedelta(hours=1)
CANCEL: Final = "CANCEL"


def published(entries: Iterable[CalendarEntry], name: str) -> bytes:
    """Return a calendar with these entries, also with those that were called off."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", vText(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry))
    content: bytes = calendar.to_ical()
    return content


def for_one(part: CalendarPart, *, organizer: str, attendee: str) -> bytes:
    """Return what asks one person's calendar to take the entry, or to drop it.

    They are the only attendee it names: an address is told to nobody else.
    """
    calendar = _calendar(part.method)
    event = _event(part.entry)
    if part.method == CANCEL and not part.entry.called_off:
        del event["status"]  # it takes place, and this attendee is not expected
    host = vCalAddress(f"mailto:{organizer}")
    host.params["CN"] = vText("Tocsin")
    event.add("organizer", host)
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params.update({"ROLE": "REQ-PARTICIPANT", "RSVP": "FALSE"})  # nobody reads an answer
    if part.method != CANCEL:
        guest.params["PARTSTAT"] = "NEEDS-ACTION"
    event.add("attendee", guest)
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.summary)
    for name in ("description", "url"):
        if said := getattr(entry, name):
            event.add(name, said)
    if entry.place:
        event.add("location", entry.place)
    if entry.private:
        event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if entry.called_off else "CONFIRMED")
    return event
