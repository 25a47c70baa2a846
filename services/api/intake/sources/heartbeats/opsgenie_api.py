"""Opsgenie's heartbeat API: a sender makes its heartbeats, and looks at them, as it did there.

Source: Opsgenie, "Heartbeat API": create, get and list heartbeats.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, cast
from uuid import uuid4

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from events.actor import Actor
from events.configuration.heartbeat import (
    AGGREGATE,
    DefineHeartbeat,
    EndHeartbeat,
    HeartbeatCommand,
    HeartbeatDefined,
    HeartbeatId,
    HeartbeatNotFound,
    heartbeat_decider,
)
from events.handle import handle
from events.heartbeat.silence import Expected, Pulse, judge
from events.loading import load
from events.log.intake.heartbeats import Heard, heard
from events.values.plain_text import cut, one_line
from projections.configuration.heartbeats import HEARTBEAT
from projections.engine.rows import Reader
from projections.incidents.alert_search import Asking
from services.api.intake.source import JsonReader, Source, any_json, json_body
from services.api.intake.sources.heartbeats.pinging import heartbeat_named
from services.api.intake.sources.opsgenie.answers import Camel, answered, refused, stopwatch
from services.api.intake.sources.opsgenie.creation import Words, severity_from
from services.api.intake.sources.opsgenie.paths import KEY
from services.api.intake.sources.opsgenie.telling import AddressReader, Question, Told, no_parts
from services.intake.arrival import Intake

BASES: Final = ("/v2/heartbeats", "/jsm/ops/integration/v2/heartbeats")
SECONDS: Final = {"days": 86_400, "hours": 3_600, "minutes": 60}
LONGEST: Final = 400 * 86_400  # seconds
_NAME_LENGTH: Final = 200


class NewHeartbeat(BaseModel):
    """A heartbeat to expect. `description`, `ownerTeam` and `alertTags` are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Words
    interval: Annotated[int, Field(ge=1)]
    intervalUnit: Literal["minutes", "hours", "days"]  # noqa: N815 - as Opsgenie writes it
    enabled: bool = True
    alertMessage: Words = ""  # noqa: N815
    alertPriority: Words = "P3"  # noqa: N815

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        if not heartbeat_named(name):
            raise ValueError("Name can not be empty.")
        return name

    @property
    def seconds(self) -> int:
        """Return the time between two pings."""
        return min(self.interval * SECONDS[self.intervalUnit], LONGEST)


class ShownHeartbeat(Camel):
    """A heartbeat as Opsgenie shows it."""

    name: str
    interval: int
    interval_unit: str
    enabled: bool
    expired: bool
    last_ping_time: datetime | None = None


class ShownHeartbeats(Camel):
    """Every heartbeat of the integration."""

    heartbeats: list[ShownHeartbeat]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of a heartbeat."""

    name: str
    seconds: int
    grace: int
    since: datetime
    enabled: bool


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks the database as a connection of it does."""

    ask: Asking

    async def fetch(self, sql: str, /, *arguments: object) -> list[Any]:
        """Return every row."""
        return list(await self.ask(sql, *arguments))


async def create(new: NewHeartbeat, intake: Intake) -> Told[ShownHeartbeat]:
    """Expect a heartbeat of this integration from now on.

    Raises: RequestValidationError (another integration's), LogUnavailable, LogOverloaded.
    """
    done, heartbeat_id = stopwatch(intake), heartbeat_named(new.name)
    state, _ = await load(intake.log, heartbeat_decider, AGGREGATE.stream(heartbeat_id))
    if isinstance(state, HeartbeatDefined) and state.integration_id != intake.sender.integration_id:
        reason = f"A heartbeat named {heartbeat_id} exists already, of another integration."
        wrong = {"type": "value_error", "loc": ("body", "name"), "msg": reason}
        raise RequestValidationError([wrong])
    actor = Actor(principal=intake.metadata.principal)
    define = DefineHeartbeat(
        heartbeat_id=heartbeat_id,
        name=cut(one_line(new.name), _NAME_LENGTH),
        integration_id=intake.sender.integration_id,
        interval_seconds=new.seconds,
        grace_seconds=0,
        severity=severity_from(new.alertPriority),
        message=cut(one_line(new.alertMessage), _NAME_LENGTH) or None,
        team_id=None,
        actor=actor,
        at=intake.at,
    )
    await _give(heartbeat_id, define, intake)
    if not new.enabled:
        await _give(heartbeat_id, EndHeartbeat(actor=actor, at=intake.at), intake)
    known = _Known(
        name=define.name, seconds=new.seconds, grace=0, since=intake.at, enabled=new.enabled
    )
    return Told(data=_shown(known, None), took=done.took, request_id=done.request_id)


async def show(asked: Question, intake: Intake) -> Told[ShownHeartbeat]:
    """Tell how a heartbeat of this integration stands.

    Raises: HeartbeatNotFound, LogUnavailable.
    """
    done, heartbeat_id = stopwatch(intake), heartbeat_named(asked.named["name"])
    state: Any = None
    if heartbeat_id:
        state, _ = await load(intake.log, heartbeat_decider, AGGREGATE.stream(heartbeat_id))
    mine = intake.sender.integration_id
    if not isinstance(state, HeartbeatDefined) or state.integration_id != mine:
        raise HeartbeatNotFound(f"This integration has no heartbeat {heartbeat_id!r}.")
    last = await heard(_Asker(intake.ask), [heartbeat_id])
    known = _Known(
        name=state.name,
        seconds=state.interval_seconds,
        grace=state.grace_seconds,
        since=state.defined_at,
        enabled=True,
    )
    shown = _shown(known, last[heartbeat_id])
    return Told(data=shown, took=done.took, request_id=done.request_id)


async def show_all(_: Question, intake: Intake) -> Told[ShownHeartbeats]:
    """Tell how every heartbeat of this integration stands, the disabled ones too.

    Raises: LogUnavailable.
    """
    done, asker = stopwatch(intake), _Asker(intake.ask)
    where = "where integration_id = $1 order by heartbeat_id"
    rows = await HEARTBEAT.select_from(
        "read.heartbeat", cast("Reader", asker), where, intake.sender.integration_id
    )
    last = await heard(asker, [row.heartbeat_id for row in rows])
    shown = [
        _shown(
            _Known(
                name=row.name,
                seconds=row.interval_seconds,
                grace=row.grace_seconds,
                since=row.expected_since or row.changed_at,
                enabled=row.ended_at is None,
            ),
            last[row.heartbeat_id],
        )
        for row in rows
    ]
    data = ShownHeartbeats(heartbeats=shown)
    return Told(data=data, took=done.took, request_id=done.request_id)


def _shown(known: _Known, last: Heard | None) -> ShownHeartbeat:
    units = (one for one, seconds in SECONDS.items() if known.seconds % seconds == 0)
    unit = next(units, "minutes")
    shown = ShownHeartbeat(
        name=known.name,
        interval=max(1, known.seconds // SECONDS[unit]),
        interval_unit=unit,
        enabled=known.enabled,
        expired=False,
    )
    if last is None:
        return shown
    pings = last.pings.after(known.since)
    expected = Expected(
        since=known.since,
        interval=timedelta(seconds=known.seconds),
        grace=timedelta(seconds=known.grace),
    )
    pulse = judge(expected, pings, last.now).pulse
    expired = known.enabled and pulse in {Pulse.SILENT, Pulse.FAILED}
    return shown.model_copy(update={"expired": expired, "last_ping_time": pings.succeeded_at})


async def _give(heartbeat_id: HeartbeatId, command: HeartbeatCommand, intake: Intake) -> None:
    await handle(
        intake.log,
        heartbeat_decider,
        AGGREGATE.stream(heartbeat_id),
        command,
        command_id=uuid4(),
        request_digest=sha256(repr(command).encode()).digest(),
        metadata=intake.metadata,
    )


def _created(body: Camel) -> Response:
    return answered(body, HTTPStatus.CREATED)


def _question(name: str, path: str, take: Callable[..., Any], answers: Any) -> Source[Any, Any]:
    return Source(
        name=f"opsgenie-{name}",
        title=f"Opsgenie: {name.replace('-', ' ')}",
        description="Tell how heartbeats of this integration stand.",
        parts=no_parts,
        reader=AddressReader,
        body={},
        keeps_unreadable=False,
        take=take,
        answer=answered,
        answers=answers,
        methods=("GET",),
        paths=tuple(f"{base}{path}" for base in BASES),
        key=KEY,
        wording=refused,
    )


_BODY: Final = TypeAdapter(NewHeartbeat)
CREATION: Final = Source(
    name="opsgenie-new-heartbeat",
    title="Opsgenie: a new heartbeat",
    description="Expect a heartbeat of this integration, or another interval of it.",
    parts=any_json,
    reader=lambda _arrival: JsonReader(_BODY, lambda body: body),
    body=json_body(
        _BODY,
        {"name": "nightly-backup", "interval": 1, "intervalUnit": "days", "enabled": True},
    ),
    keeps=False,
    keeps_unreadable=False,
    take=create,
    answer=_created,
    answers=Told[ShownHeartbeat],
    status=HTTPStatus.CREATED,
    paths=BASES,
    key=KEY,
    wording=refused,
)
OPERATIONS: Final = (
    CREATION,
    _question("heartbeats-there-are", "", show_all, Told[ShownHeartbeats]),
    _question("heartbeat", "/{name}", show, Told[ShownHeartbeat]),
)
