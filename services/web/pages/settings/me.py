"""Me: how one is reached, tried and checked; when one is away; zone and theme of the device."""

import asyncio
from typing import Final
from zoneinfo import available_timezones

from services.access.permissions import Permission
from services.web.calls import or_none, path_of
from services.web.page import page
from services.web.pages.settings.ways import BROWSER, ways_of, words_of
from services.web.rendering import Screen
from services.web.visit import Visit

CHANNELS: Final = (
    ("email", "E-mail", "ada@example.org"),
    ("sms", "SMS", "+4915112345678"),
    ("voice", "Call", "+4915112345678"),
    ("push", "Push (ntfy)", "https://ntfy.sh/a-name-nobody-guesses"),
    ("telegram", "Telegram", "the number of the chat"),
    ("matrix", "Matrix", "https://matrix.example.org/!room:example.org"),
    ("webhook", "Webhook", "https://example.org/page-me"),
    ("apprise", "Apprise", "discord://id/token"),
)
NEWEST: Final = 100  # messages that are looked at for what went wrong


async def show(visit: Visit) -> Screen:
    """Show one's own settings."""
    me = visit.session.person
    person, absences, sent, push = await asyncio.gather(
        or_none(visit.calls.get(path_of("responders", me), **visit.reading)),
        or_none(visit.calls.get(path_of("responders", me, "absences"), **visit.reading)),
        or_none(
            visit.calls.get(path_of("deliveries"), responder_id=me, limit=NEWEST, **visit.reading)
        ),
        visit.calls.get(path_of("web-push")),
    )
    return Screen(
        template="settings/me.html",
        title="Settings",
        facts={
            "person": person,
            "ways": ways_of(person, sent["deliveries"] if sent else []) if person else [],
            "push_key": push["application_server_key"],
            "fault_words": words_of,
            "code_for": visit.query.get("code"),
            "absences": absences["absences"] if absences else [],
            "roles": sorted(visit.session.roles),
            "channels": [(name, label) for name, label, _ in CHANNELS],
            "examples": [(label, example) for _, label, example in CHANNELS],
            "labels": {name: label for name, label, _ in CHANNELS} | {BROWSER: "Browser"},
            "zones": sorted(available_timezones()),
            "tried": None,
            "sent": None,
            "may_act": not visit.as_of and visit.may(Permission.PERSON_WRITE),
            "may_be_away": not visit.as_of and visit.may(Permission.ABSENCE_WRITE),
        },
    )


ROUTES = (page("/settings", show),)
