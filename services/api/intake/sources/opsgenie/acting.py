"""Acting on an alert: acknowledged, given back, put off, noted on, closed, as its sender asks."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ConfigDict, field_validator

from events.ids import AlertId, IncidentId, alert_id_for, alert_stream
from events.values.plain_text import one_line
from services.api.intake.alert_source import take_alerts
from services.api.intake.sources.opsgenie import outcomes
from services.api.intake.sources.opsgenie.answers import Stopwatch, stopwatch
from services.api.intake.sources.opsgenie.asking import ActionBody, Asked, operation
from services.api.intake.sources.opsgenie.creation import end_of
from services.api.intake.sources.opsgenie.finding import FoundAlert, find_alert
from services.api.intake.sources.opsgenie.noting import note_down, note_from
from services.api.intake.sources.opsgenie.outcomes import Outcome, keep_outcome
from services.intake.alerts.acknowledging import Acknowledged, acknowledge_alert
from services.intake.arrival import Acted, Arrival, Intake
from services.intake.batch.cleaning import time_from, told_apart

_END_TIME: Final = "Give the end of the snooze in RFC 3339, as in 2026-11-29T12:00:00Z."


class NoteBody(ActionBody):
    """A note, and who writes it."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=True)

    @field_validator("note")
    @classmethod
    def _says_something(cls, note: str) -> str:
        if not one_line(note):
            raise ValueError("Note can not be empty.")
        return note


def _time(value: Any) -> datetime:
    time = time_from(value)
    if time is None:
        raise ValueError(_END_TIME)
    return time


class SnoozeBody(ActionBody):
    """Until when nobody is paged for the alert."""

    endTime: Annotated[datetime, BeforeValidator(_time)]  # noqa: N815


type Act = Callable[[FoundAlert, IncidentId], Awaitable[Outcome]]
type ActOnHeld = Callable[[FoundAlert], Awaitable[Outcome]]  # one that has no incident


async def act[Body: ActionBody](
    asked: Asked[Body],
    intake: Intake,
    wanted: Outcome,
    act: Act,
    *,
    held: ActOnHeld | None = None,
    closed_too: bool = False,
) -> Stopwatch:
    """Do it to the alert, note down what comes with it, and keep what became of the request.

    As in Opsgenie, a request about an alert that is not there is taken, and its outcome says so.
    Raises: LogUnavailable, LogOverloaded, and whatever `act` is refused with.
    """
    done = stopwatch(intake)
    found = await find_alert(intake.log, intake.sender, asked.identifier, asked.kind)
    if found is None or found.alert.incident_id is None:
        became = await _without_incident(found, wanted, held)
        await keep_outcome(intake, done.request_id, _stream(asked, intake), became)
        intake.done.append(_acted(became, found, asked, intake))
        return done
    home = await intake.attending.expected(found.alert.incident_id)
    if found.alert.is_open or closed_too:
        became = await act(found, home.incident_id)
    else:
        became = outcomes.over(wanted)
    body = asked.body
    note = note_from(body.note, body.user, body.source)
    await note_down(intake, home.incident_id, note, once=done.request_id)
    await keep_outcome(intake, done.request_id, alert_stream(found.alert_id), became)
    intake.done.append(_acted(became, found, asked, intake))
    return done


async def _without_incident(
    found: FoundAlert | None, wanted: Outcome, held: ActOnHeld | None
) -> Outcome:
    if found is None:
        return outcomes.unknown(wanted)
    if not found.alert.fires:
        return outcomes.over(wanted)
    return outcomes.held_back(wanted) if held is None else await held(found)


async def close(asked: Asked[ActionBody], intake: Intake) -> Stopwatch:
    """End the alert.

    Raises: LogUnavailable, LogOverloaded.
    """

    async def ended(found: FoundAlert, _: IncidentId | None = None) -> Outcome:
        arrival = Arrival(sender=intake.sender, at=intake.at)
        await take_alerts(end_of(found.began.dedup_key, arrival), intake)
        return outcomes.CLOSED

    return await act(asked, intake, outcomes.CLOSED, ended, held=ended)


async def acknowledge(asked: Asked[ActionBody], intake: Intake) -> Stopwatch:
    """Acknowledge the alert's incident; whoever has it keeps it.

    Raises: LogUnavailable, LogOverloaded.
    """

    async def taken(found: FoundAlert, _: IncidentId) -> Outcome:
        answer = await acknowledge_alert(found.began.dedup_key, intake)
        had = answer.became is Acknowledged.HAD
        return outcomes.HAD_ALREADY if had else outcomes.ACKNOWLEDGED

    return await act(asked, intake, outcomes.ACKNOWLEDGED, taken)


async def unacknowledge(asked: Asked[ActionBody], intake: Intake) -> Stopwatch:
    """Give the alert's incident back, whoever has it: it is paged afresh.

    Raises: LogUnavailable, LogOverloaded.
    """

    async def given_back(_: FoundAlert, home: IncidentId) -> Outcome:
        was_had = await intake.attending.give_back(home, intake.metadata, intake.at)
        return outcomes.UNACKNOWLEDGED if was_had else outcomes.NOT_HAD

    return await act(asked, intake, outcomes.UNACKNOWLEDGED, given_back)


async def snooze(asked: Asked[SnoozeBody], intake: Intake) -> Stopwatch:
    """Leave the alert's incident alone until a time, unless somebody works on it.

    Raises: SnoozeOutOfRange, LogUnavailable, LogOverloaded.
    """

    async def put_off(_: FoundAlert, home: IncidentId) -> Outcome:
        until = asked.body.endTime
        snoozed = await intake.attending.snooze(home, until, intake.metadata, intake.at)
        return outcomes.SNOOZED if snoozed else outcomes.NOT_SNOOZED

    return await act(asked, intake, outcomes.SNOOZED, put_off)


async def write(asked: Asked[NoteBody], intake: Intake) -> Stopwatch:
    """Write a note on the alert's incident, also when the alert is closed.

    Raises: LogUnavailable, LogOverloaded.
    """

    async def noted(_: FoundAlert, __: IncidentId) -> Outcome:
        return outcomes.NOTED

    return await act(asked, intake, outcomes.NOTED, noted, closed_too=True)


def _acted(became: Outcome, found: FoundAlert | None, asked: Asked[Any], intake: Intake) -> Acted:
    """Return what the request did, for whoever looks at what came in."""
    return Acted(
        words=f"{became.action}: {became.status}.",
        alert_id=found.alert_id if found else _named(asked, intake),
        incident_id=found.alert.incident_id if found else None,
        fires=found is not None and found.alert.fires,
        changed=became.success,
    )


def _stream(asked: Asked[Any], intake: Intake) -> str:
    """Return where an alert of this name would be, were there one."""
    return alert_stream(_named(asked, intake))


def _named(asked: Asked[Any], intake: Intake) -> AlertId:
    kind = "" if asked.kind == "alias" else f"{asked.kind}: "
    return alert_id_for(intake.sender.integration_id, told_apart(f"{kind}{asked.identifier}"))


_SAMPLE: Final = {"user": "Monitoring Script", "source": "cron", "note": "Known, being mended."}
ACTIONS: Final = (
    operation("close", "Close the alert: its alias opens it anew.", ActionBody, _SAMPLE, close),
    operation(
        "acknowledge",
        "Acknowledge the alert's incident. A person who has it keeps it.",
        ActionBody,
        _SAMPLE,
        acknowledge,
    ),
    operation(
        "unacknowledge",
        "Give the alert's incident back: nobody has it, and it is paged afresh.",
        ActionBody,
        _SAMPLE,
        unacknowledge,
    ),
    operation(
        "snooze",
        "Leave the alert's incident alone until a time, from a minute to seven days from now.",
        SnoozeBody,
        _SAMPLE | {"endTime": "2026-12-01T08:00:00Z"},
        snooze,
    ),
    operation("notes", "Write a note on the alert's incident.", NoteBody, _SAMPLE, write),
)
