"""Backtests of routing rules: the incidents and pages they would have made of what really came."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from events.backtest.routed import Tally
from projections.practice import noise
from projections.practice.called_for import CalledFor, called_for
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Instant, Strict, View
from services.api.http.guard import api_router, requires
from services.api.http.load_shedding import Overloaded
from services.api.intake.keeping.rules_backtest import BacktestWanted, Heard, RulesBacktest
from services.api.reading.one_at_a_time import OneAtATime
from services.api.reading.reads import Number, ReadQuery, TheReads
from services.api.reading.streamed_answer import NDJSON, StreamedAnswer
from services.api.reading.time_windows import TimeWindow, past_window
from services.api.resources.routing.trials import DraftBody, draft_of

router = api_router("configuration")

DAYS: Final = 7
QUIET_MINUTES: Final = 30
AT_ONCE: Final = 2  # in one process; each waits for the other after every portion

QUEUE: Final = OneAtATime("backtests of routing rules", waiting=AT_ONCE)
ASSUMED: Final = (
    "Nobody is asked what people did: an incident takes alerts until it was quiet for so long.",
    "Quiet is: all of its alerts are over, and nobody has spoken of them.",
    "An alert that nobody has spoken of for 24 hours fires no more.",
    "An incident pages once, if its service or rule has an escalation policy, and is no ticket.",
    "Maintenance windows hold nothing back.",
    "Whom a response policy pages for which severity is not asked.",
    "Whoever is paged takes it, so that alerts that join page nobody again.",
    "Integrations, services and policies are as they are now; so are rules without a draft.",
    "Messages that were refused, put off or replayed do not count.",
    "Secrets in bodies are blacked out, and of long bodies the beginning counts.",
)


EXAMPLE: Final = {
    "draft": {
        "routing_rules_id": "organisation",
        "rules": [{"name": "Disks by host", "outcome": {"grouping": {"fields": ["labels.host"]}}}],
    }
}


class RulesBacktestBody(Strict, json_schema_extra={"examples": [EXAMPLE]}):
    """Rules to try; without them, the rules of now are compared with none at all."""

    draft: DraftBody | None = None


class RulesBacktestQuery(BaseModel):
    """Which messages, and until when an incident takes alerts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Annotated[
        Instant | None, Field(description=f"Left out: {DAYS} days before the end.")
    ] = None
    until: Annotated[
        Instant | None, Field(description="Not included. Left out or yet to come: now.")
    ] = None
    quiet_minutes: Annotated[int, Field(ge=1, le=1_440)] = QUIET_MINUTES
    after_position: Annotated[
        Number | None, Field(description="Wait until this position can be read.")
    ] = None


class TallyView(View):
    """What became of alerts."""

    alerts: Annotated[int, Field(description="How often one opened.")]
    incidents: Annotated[int, Field(description="That they would have opened.")]
    pages: Annotated[int, Field(description="Those of them that page somebody.")]
    held: Annotated[int, Field(description="Alerts that would have opened no incident.")]


class RuleTallyView(View):
    """What became of the alerts in which a rule had a say: null, it has none."""

    routing_rules_id: str
    rule: str
    before: TallyView | None
    after: TallyView | None


class RecordedView(View):
    """What alerts really called for in that time."""

    incidents: int
    paged: Annotated[int, Field(description="Of them: somebody got a message for it.")]
    pages: Annotated[int, Field(description="Messages that people got for those.")]


class RulesBacktestView(View):
    """What two sets of rules make of the same messages. Nothing was stored."""

    starts_at: Annotated[
        datetime, Field(description="No earlier than the oldest message that is kept.")
    ]
    ends_at: datetime
    kept_since: Annotated[
        datetime | None, Field(description="When the oldest message came that is kept.")
    ]
    reaches_back: Annotated[
        bool, Field(description="False: the time that was asked about begins before that.")
    ]
    messages: int
    left_out: Annotated[
        dict[str, int],
        Field(
            description="Of them, by why: unreadable, integration_revoked, key_gone, failed; of"
            " cut ones the beginning counts."
        ),
    ]
    alerts_forgotten: Annotated[
        int, Field(description="That fired still, when there were too many to know at once.")
    ]
    before: Annotated[TallyView, Field(description="By the rules of now; without a draft, none.")]
    after: Annotated[TallyView, Field(description="With the draft; without, by the rules of now.")]
    rules: list[RuleTallyView]
    recorded: RecordedView
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is known before the first message is looked at."""

    window: TimeWindow
    begin: datetime  # since when messages are kept in it
    oldest: datetime | None
    recorded: CalledFor


_UNDER_WAY: Final[set[RulesBacktest]] = set()


@router.post(
    "/v1/routing-rules/backtest",
    dependencies=[requires(Permission.CONFIGURATION_READ)],
    response_class=Response,
    responses={
        200: {
            "content": {
                NDJSON: {
                    "schema": {
                        "type": "string",
                        "description": "Lines with `progress`, and a last one with `result`.",
                    }
                }
            }
        }
    },
)
async def backtest_routing_rules(
    request: Request,
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[RulesBacktestQuery, Query()],
    body: RulesBacktestBody | None = None,
) -> Response:
    """Say how many incidents and pages rules would have made of the messages that are kept.

    Nothing is stored. The answer is lines of JSON: how far it is, and at last the result.
    """
    if len(_UNDER_WAY) >= AT_ONCE:
        raise Overloaded("Too many backtests of routing rules run: try again in a few minutes.")
    now = dependencies.clock()
    window, draft = _window(query, now), body.draft if body else None
    wanted = BacktestWanted(
        begin=window.begin,
        end=window.end,
        quiet=timedelta(minutes=query.quiet_minutes),
        draft=None if draft is None else draft_of(draft, caller.actor, now),
    )
    backtest = RulesBacktest(dependencies, wanted)
    oldest = await backtest.begin()
    seen = ReadQuery(after_position=query.after_position)
    hidden = await reads.hidden(seen, caller.visibility)
    begin = min(max(window.begin, oldest or window.end), window.end)
    async with reads.of(seen, noise.NAME) as reader:
        recorded = await called_for(reader, begin, window.end, hidden)
    asked = _Asked(window=window, begin=begin, oldest=oldest, recorded=recorded)
    return StreamedAnswer(request, _lines(backtest, asked), NDJSON)


def _window(query: RulesBacktestQuery, now: datetime) -> TimeWindow:
    """Return the time that is asked about.

    Raises: RequestInvalid.
    """
    begin, end = past_window(query.since, query.until, now)
    return TimeWindow(end - timedelta(days=DAYS) if query.since is None else begin, end)


async def _lines(backtest: RulesBacktest, asked: _Asked) -> AsyncGenerator[bytes]:
    """Yield how far it is after each portion, and the result."""
    _UNDER_WAY.add(backtest)
    try:
        async for heard in backtest.portions(QUEUE.done):
            yield _line({"progress": _progress(heard, asked)})
        result = _view(backtest, asked)
        yield _line({"result": result.model_dump(mode="json")})
    finally:
        _UNDER_WAY.discard(backtest)


def _line(members: dict[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=False).encode() + b"\n"


def _progress(heard: Heard, asked: _Asked) -> dict[str, Any]:
    at = heard.at or asked.begin
    whole = (asked.window.end - asked.begin) or timedelta(microseconds=1)
    share = min(1.0, max(0.0, (at - asked.begin) / whole))
    return {"messages": heard.messages, "until": at.isoformat(), "share": round(share, 3)}


def _view(backtest: RulesBacktest, asked: _Asked) -> RulesBacktestView:
    before, after = backtest.before, backtest.after
    return RulesBacktestView(
        starts_at=asked.begin,
        ends_at=asked.window.end,
        kept_since=asked.oldest,
        reaches_back=asked.begin == asked.window.begin,
        messages=backtest.heard.messages,
        left_out=dict(backtest.heard.left_out),
        alerts_forgotten=max(before.forgotten, after.forgotten),
        before=TallyView.model_validate(before.total),
        after=TallyView.model_validate(after.total),
        rules=[
            RuleTallyView(
                routing_rules_id=one.routing_rules_id,
                rule=one.rule,
                before=_tally(before.by_rule.get(one)),
                after=_tally(after.by_rule.get(one)),
            )
            for one in sorted(before.by_rule.keys() | after.by_rule.keys())
        ],
        recorded=RecordedView.model_validate(asked.recorded),
        assumed=ASSUMED,
    )


def _tally(tally: Tally | None) -> TallyView | None:
    return None if tally is None else TallyView.model_validate(tally)
