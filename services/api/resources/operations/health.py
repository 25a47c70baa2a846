"""Health checks: whether the process lives, and whether it can do its work."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Final, Literal

from pydantic import Field

from events.errors import LogRefused
from events.log.liveness.dead_man_switch import passed
from events.log.liveness.looks import last_look
from events.log.liveness.pulses import is_silent, seconds_since_mail_pulse, seconds_since_pulse
from events.log.proof.notary_looks import signing
from events.log.queues.backlog import backlog
from events.log.sandbox_mark import sandbox_seed
from projections.incidents.alerts import due_alerts
from projections.lag import lag
from projections.paging.channel_health import delayed_channels
from projections.paging.reach import unreached
from services.api.dependencies import Dependencies, Deps
from services.api.http.formats import View
from services.api.http.guard import api_router, public
from services.api.resources.operations.notary_health import troubles_of
from services.status_page.files import StatusDirectory

WAITING_SECONDS: Final = 30.0  # work for Temporal older than this is worth a look
LETTER_SECONDS: Final = 3_600.0  # a monitor that nobody understands is worth a look that long
MOST_NAMED: Final = 3  # of what pages nobody
LATE_SECONDS: Final = 40.0  # of a probe; with its interval of a minute this stays below two
UNWRITTEN_SECONDS: Final = 300.0  # as old as a status page says that it should never be
UNSEEN_SECONDS: Final = 60.0  # the reconciler looks five times as often

router = api_router("operations")


class Live(View):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(View):
    """The process takes requests; what is degraded is slower or later, and nothing is lost."""

    status: Literal["ready"] = "ready"
    degraded: Annotated[
        list[str],
        Field(examples=[["temporal", "outbox", "projection incident_board: 1 key quarantined"]]),
    ]


@router.get("/health/live", dependencies=[public("a supervisor has no key")])
async def check_liveness() -> Live:
    """Say that the process answers; nothing else is looked at."""
    return Live()


@router.get("/health/ready", dependencies=[public("a load balancer has no key")])
async def check_readiness(dependencies: Deps) -> Ready:
    """Say whether requests can be served, and name what is degraded. 503: PostgreSQL is down."""
    # Nobody is asked for a key here, so a flood of questions may not take the connections.
    return Ready(degraded=await dependencies.health.found(partial(_degraded, dependencies)))


async def _degraded(dependencies: Dependencies) -> list[str]:
    found = await asyncio.gather(*(look(dependencies) for look in LOOKS))
    return [one for names in found for one in names]


async def _at_work(dependencies: Dependencies) -> list[str]:
    """Return whether Temporal answers, and what nobody works on although it does."""
    idle, silence = await asyncio.gather(
        dependencies.temporal.unattended(dependencies.clock()),
        seconds_since_pulse(dependencies.database),
    )
    if idle is None:
        return ["temporal"]
    if silence is not None and is_silent(silence):
        return [f"workers: none has been heard of for {silence:.0f} s"]
    return [
        f"workers: nobody works on the task queue {queue}{_since(at)}" for queue, at in idle.items()
    ]


def _since(seen_at: datetime | None) -> str:
    return f" since {seen_at:%Y-%m-%d %H:%M:%S} UTC" if seen_at else ""


async def _channels(dependencies: Dependencies) -> list[str]:
    """Return the channels over which pages cannot be sent, and how many wait since when."""
    try:
        async with dependencies.database.connection() as connection:
            delayed = await delayed_channels(connection)
    except LogRefused:  # the rows are those of another version, and the projection says so
        return []
    return [
        f"channel {one.channel}: {one.waiting} {'page waits' if one.waiting == 1 else 'pages wait'}"
        f"{_since(one.since)}: {one.error}"
        for one in delayed
    ]


async def _unreached(dependencies: Dependencies) -> list[str]:
    """Return what pages nobody: no incident of it would wake anybody up."""
    try:
        async with dependencies.database.connection() as connection:
            found = await unreached(connection)
    except LogRefused:  # the rows are those of another version, and the projection says so
        return []
    named = ", ".join(f"{one.noun} {one.id}" for one in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return [f"paging: nobody is paged by {named}{more}"] if found else []


async def _waiting(dependencies: Dependencies) -> list[str]:
    waits = await backlog(dependencies.database)
    ages = {"outbox": waits.outbox_seconds, "inbox": waits.inbox_seconds}
    return [name for name, seconds in ages.items() if seconds > WAITING_SECONDS]


async def _behind(dependencies: Dependencies) -> list[str]:
    async with dependencies.database.connection() as connection:
        lags = await lag(connection)
    return [f"projection {one.name}: {one.cause}" for one in lags if one.cause]


async def _unread(dependencies: Dependencies) -> list[str]:
    """Return how much monitors said of late that nobody could read: each may be a page not sent."""
    recent = await dependencies.dead_letters.recent(LETTER_SECONDS)
    letters = "1 dead letter" if recent == 1 else f"{recent} dead letters"
    return [f"alerts: {letters} in the last hour"] if recent else []


async def _unprocessed(dependencies: Dependencies) -> list[str]:
    """Return how many messages of monitors were kept and wait to be processed: pages not sent."""
    waits = await dependencies.arrivals.waiting(timedelta(seconds=WAITING_SECONDS))
    messages = "1 message waits" if waits.number == 1 else f"{waits.number} messages wait"
    first = f"the first for {waits.seconds:.0f} s"
    found = [f"alerts: {messages} to be processed, {first}"] if waits.number else []
    failed = await dependencies.arrivals.failed(timedelta(seconds=LETTER_SECONDS))
    if failed:
        vain = "1 message was" if failed == 1 else f"{failed} messages were"
        found.append(f"alerts: {vain} tried in vain in the last hour")
    return found


async def _held(dependencies: Dependencies) -> list[str]:
    """Return how many held alerts should have been let go by now: pages that wait in vain."""
    overdue = dependencies.clock() - timedelta(seconds=WAITING_SECONDS)
    try:
        async with dependencies.database.connection() as connection:
            late = await due_alerts(connection, overdue)
    except LogRefused:  # the rows are those of another version, and the projection says so
        return []
    alerts = "1 alert is" if len(late) == 1 else f"{len(late)} alerts are"
    return [f"alerts: {alerts} held back for longer than rules ask"] if late else []


async def _unwritten(dependencies: Dependencies) -> list[str]:
    """Return whether customers read an old page: its files are written anew every minute."""
    root = dependencies.settings.status_directory
    if root is None:
        return []
    written = await asyncio.to_thread(StatusDirectory(root).written)
    if written is None:
        return ["status pages: never written"]
    age = dependencies.clock() - written.at
    late = age > timedelta(seconds=UNWRITTEN_SECONDS)
    return [f"status pages: written last {age.total_seconds():.0f} s ago"] if late else []


async def _broken(dependencies: Dependencies) -> list[str]:
    """Return what the reconciler found and could not repair, or that it does not look."""
    last = await last_look(dependencies.database)
    if last.seconds is None:
        return ["reconciler: has never looked"]
    not_looking = [f"reconciler: last looked {last.seconds:.0f} s ago"]
    found = [f"workflows: {number} {finding}" for finding, number in last.troubles.items()]
    return [*(not_looking if last.seconds > UNSEEN_SECONDS else ()), *found]


async def _silent(dependencies: Dependencies) -> list[str]:
    """Return which part of the dead-man switch has stopped: then pages go that way no more."""
    longest = dependencies.settings.probe_seconds + LATE_SECONDS
    switch = await passed(dependencies.database)
    if not dependencies.settings.probe_seconds or switch.begun is None:
        return []  # nobody has begun one; that no relay runs, others tell
    parts = {
        "synthetic page was begun": switch.begun,
        "synthetic page arrived": switch.arrived,
        "heartbeat went out": switch.heartbeat if switch.heartbeat_wanted else None,
    }
    late = {part: seconds for part, seconds in parts.items() if seconds and seconds > longest}
    fault = f": {switch.heartbeat_fault}" if switch.heartbeat_fault else ""
    return [
        f"dead-man switch: no {part} for {seconds:.0f} s{fault if 'heartbeat' in part else ''}"
        for part, seconds in late.items()
    ]


async def _mail(dependencies: Dependencies) -> list[str]:
    """Return that mail was taken, and is not any more: alerts wait in the queues of senders."""
    silence = await seconds_since_mail_pulse(dependencies.database)
    if silence is None or not is_silent(silence):
        return []
    return [f"mail: no process has taken any for {silence:.0f} s"]


async def _unsigned(dependencies: Dependencies) -> list[str]:
    return troubles_of(await signing(dependencies.database))


async def _made_up(dependencies: Dependencies) -> list[str]:
    """Return that the log was simulated, if it was: nobody shall take it for a real one."""
    seed = await sandbox_seed(dependencies.database)
    return [] if seed is None else [f"sandbox: everything here is simulated, from seed {seed}"]


LOOKS: Final = (
    _made_up,
    _at_work,
    _channels,
    _unreached,
    _waiting,
    _behind,
    _broken,
    _silent,
    _unsigned,
    _unread,
    _unprocessed,
    _held,
    _mail,
    _unwritten,
)
