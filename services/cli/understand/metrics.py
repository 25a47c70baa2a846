"""Metrics command: what the incidents of a quarter come to."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, Final

import typer

from projections.incidents.durations import spoken
from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()

PATH: Final = "/v1/metrics/incidents"
NOTHING: Final = "—"  # no value, which is not 0
HOUR: Final = 3_600
MEASURES: Final = {
    "ttd": "Time to detect",
    "tta": "Time to acknowledge",
    "ttm": "Time to mitigate",
    "ttr": "Time to resolve",
    "ttr_first": "  the first time",
    "tta_business": "Acknowledge, in business hours",
    "ttr_business": "Resolve, in business hours",
}
UNANSWERED: Final = {
    "unacknowledged": "nobody took",
    "taken_before_called": "taken before anybody was called",
    "nobody_called": "nobody was called for",
    "retrospective": "entered afterwards",
}
LEFT_OUT: Final = {"drill": "drills", "declined": "declined", "merged": "merged"}


@app.command()
def metrics(
    quarter: Annotated[str | None, typer.Argument(help="2026-Q4. Left out: this quarter.")] = None,
    zone: Annotated[str, typer.Option(help="Whose midnights the quarter has.")] = "UTC",
    year_begins: Annotated[int, typer.Option(help="Month in which the year begins.")] = 1,
    begin: Annotated[
        str | None, typer.Option("--from", help="2026-10-01T00:00:00Z, in place of a quarter.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Not included; with --from only.")] = None,
    group: Annotated[str | None, typer.Option(help="service, severity or team.")] = None,
    service: str | None = None,
    team: str | None = None,
    by: Annotated[str, typer.Option(help="declared or resolved in that time.")] = "declared",
    tta_from: Annotated[str, typer.Option(help="called or declared.")] = "called",
    ttr_from: Annotated[str, typer.Option(help="detected, began or declared.")] = "detected",
    compat: Annotated[
        str | None, typer.Option(help="As pagerduty, opsgenie, rootly, firehydrant or jsm does.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="A position or a time.")] = None,
    *,
    private: Annotated[bool, typer.Option(help="Count private incidents that you know of.")] = (
        False
    ),
    json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the incidents as CSV.")] = False,
) -> None:
    """Show what the incidents of a quarter come to: how many, and how long everything took."""
    query: dict[str, Any] = {
        "quarter": quarter,
        "zone": zone,
        "year_begins": year_begins,
        "from": begin,
        "until": until,
        "service": service,
        "team": team,
        "by": by,
        "private": "include" if private else None,
        "tta_from": tta_from,
        "ttr_from": ttr_from,
        "compat": compat,
        "as_of": as_of,
    }
    remote = Remote.from_environment()
    if as_csv:
        for line in remote.lines(f"{PATH}.csv", "text/csv", **query):
            shown.as_lines(f"{line}\n")
        return
    answer = remote.get(PATH, **query, group=group)
    if json:
        shown.as_json(answer)
    else:
        _report(answer)


def _report(answer: Mapping[str, Any]) -> None:
    window = answer["window"]
    name = f"{window['quarter']}, " if window["quarter"] else ""
    begin, end = shown.clock(window["from"]), shown.clock(window["until"])
    shown.say(f"{name}{begin} to {end} UTC ({window['hours']:g} hours), {window['zone']}")
    for sentence in _counted(answer):
        shown.say(sentence)
    if answer["compat"]:
        shown.say(f"As {answer['compat']['product']} measures:")
        for sentence in answer["compat"]["definitions"]:
            shown.say(sentence, shown.NOTICE)
    shown.table(
        ("", "Of", "Median", "90 %", "Longest", "Mean"),
        (_measure(title, answer[name]) for name, title in MEASURES.items()),
    )
    shown.say(_without(answer["tta"], UNANSWERED, "No time to acknowledge: "))
    shown.table(("Failures", "Down", "Between failures", "Service"), _services(answer))
    if answer["groups"]:
        heads = ("Incidents", "Open", "Detect", "Acknowledge", "Mitigate", "Resolve", "Median of")
        shown.table(heads, map(_group, answer["groups"]))


def _counted(answer: Mapping[str, Any]) -> Iterator[str]:
    severities = ", ".join(f"{name} {count}" for name, count in answer["by_severity"].items())
    yield f"{answer['count']} incidents{f': {severities}' if severities else ''}"
    kinds = ("open", "reopened", "retrospective", "corrected", "parts")
    some = [f"{name} {answer[name]}" for name in kinds if answer[name]]
    if some:
        yield f"Of these: {', '.join(some)}"
    left_out = _without(answer["left_out"], LEFT_OUT, "Left out: ")
    if left_out:
        yield left_out
    if answer["preliminary"]:
        names = ", ".join(one["reference"] for one in answer["open_incidents"])
        yield f"Preliminary{f': {names} open' if names else ': the time is not over'}"


def _without(numbers: Mapping[str, Any], words: Mapping[str, str], begin: str) -> str:
    some = [f"{numbers[name]} {word}" for name, word in words.items() if numbers[name]]
    return f"{begin}{', '.join(some)}" if some else ""


def _measure(title: str, one: Mapping[str, Any]) -> tuple[str, ...]:
    of = f"{one['n']}/{one['of']}"
    names = ("p50_seconds", "p90_seconds", "max_seconds", "mean_seconds")
    return (title, of, *(_lasted(one[name]) for name in names))


def _group(one: Mapping[str, Any]) -> tuple[str, ...]:
    medians = (_lasted(one[name]["p50_seconds"]) for name in ("ttd", "tta", "ttm", "ttr"))
    return (str(one["count"]), str(one["open"]), *medians, one["key"])


def _services(answer: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
    services = sorted(answer["services"].items(), key=lambda one: -one[1]["failures"])
    for name, one in services:
        yield _reliability(name, one)
    if len(services) > 1:
        yield _reliability("all together", answer["all_services"])


def _reliability(name: str, one: Mapping[str, Any]) -> tuple[str, ...]:
    hours = one["operating_seconds"] / HOUR
    between = one["mtbf_seconds"]
    rest = f"none in {hours:,.0f} h" if between is None else f"{between / HOUR:,.1f} h"
    return (str(one["failures"]), _lasted(one["down_seconds"]), rest, name)


def _lasted(seconds: float | None) -> str:
    return NOTHING if seconds is None else spoken(timedelta(seconds=seconds))
