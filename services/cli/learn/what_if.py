"""Command `what-if`: when past incidents would have been answered by a policy in a file."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

import typer

from services.cli import shown
from services.cli.configure.bodies import File, read_yaml
from services.cli.configure.nouns import Id
from services.cli.on_call.backtests import Begin, Until
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()

WORDS: Final = {
    "sooner": "sooner in {median} of {of} (p10 to p90: {p10} to {p90})",
    "later": "later in {median}",
    "no_difference": "no difference in {median}",
    "cannot_say": "cannot say in {median}",
}
MINUTE: Final = 60


@app.command("what-if")
def what_if(
    policy: Id,
    file: File = None,
    begin: Begin = None,
    until: Until = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same answer.")] = 0,
    *,
    json: AsJson = False,
) -> None:
    """Say when past incidents would have been answered by the policy in a file; nobody is paged."""
    asked = {"from": begin, "until": until, "seed": seed}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    body = {"escalation_policy_id": policy, "policy": None if file is None else read_yaml(file)}
    answer = Remote.from_environment().post(f"/v1/what-if?{query}", body)
    if json:
        shown.as_json(answer)
        return
    shown.say(f"{answer['starts_at']} to {answer['ends_at']}: {_verdicts(answer)}.")
    if answer["cut"]:
        shown.say("There are older ones in the period: ask for a shorter one to see them.")
    shown.table(("Incident", "Took", "Would take", "Likely"), map(_line, answer["incidents"]))
    if answer["people"]:
        shown.table(("Who", "Interruptions", "Broken nights"), map(_person, answer["people"]))
    for sentence in answer["assumed"]:
        shown.say(sentence, shown.NOTICE)


def _verdicts(answer: dict[str, Any]) -> str:
    return ", ".join(
        text.format(
            of=answer["counted"],
            **{name: round(value) for name, value in answer["verdicts"][verdict].items()},
        )
        for verdict, text in WORDS.items()
    )


def _line(one: dict[str, Any]) -> tuple[str, ...]:
    would = one["would_take_seconds"]
    spread = (
        "—"
        if would is None
        else f"{_minutes(would['median'])} ({_minutes(would['p10'])} to {_minutes(would['p90'])})"
    )
    likely = max(one["draws"], key=lambda verdict: one["draws"][verdict])
    took = one["took_seconds"]
    return (
        one["reference"],
        "—" if took is None else _minutes(took),
        spread,
        likely.replace("_", " "),
    )


def _person(one: dict[str, Any]) -> tuple[str, ...]:
    before, after = one["before"], one["after"]
    return (
        one["responder_id"],
        f"{before['interruptions']:g} → {after['interruptions']:g}",
        f"{before['broken_nights']:g} → {after['broken_nights']:g}",
    )


def _minutes(seconds: float) -> str:
    return f"{seconds / MINUTE:.1f} min"
