"""Practice commands: what a team may want to ask itself, and what it answers."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

import typer

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()
finding = typer.Typer(help="Findings of `practice`: answer.", no_args_is_help=True)
app.add_typer(finding, name="finding")

Service = Annotated[str | None, typer.Option(help="Of this service, by id.")]
Team = Annotated[str | None, typer.Option(help="Of this team, by id.")]

TITLES: Final = {
    "hero_culture": "Hero culture",
    "alert_fatigue": "Alert fatigue",
    "blame": "Blame",
    "no_postmortems": "No postmortems",
    "postmortem_theatre": "Postmortem theatre",
}
QUIET: Final = ("ok", "too_few")
NAMED: Final = 5  # pieces of evidence


@app.command()
def practice(
    service: Service = None,
    team: Team = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Those that are ok, or too few to tell, too.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Show what the last 90 days ask a team about how it works, with what that rests on."""
    answer = Remote.from_environment().get("/v1/practice", service=service, team=team)
    if json:
        shown.as_json(answer)
        return
    for pattern, title in TITLES.items():
        those = [one for one in answer["findings"] if one["pattern"] == pattern]
        loud = [one for one in those if everything or one["state"] not in QUIET]
        calm = len(those) - len(loud)
        shown.say(f"{title}{f': {calm} without a finding' if calm else ''}")
        for one in loud:
            _report(one)
    if answer["fixes"]:
        shown.say("Does the fix fix?")
        for one in answer["fixes"]:
            _report_fix(one)


@finding.command("answer")
def answer_finding(
    measure: Annotated[str, typer.Argument(help="As `practice` names it: bus_factor.")],
    reason: Annotated[str, typer.Option(help="Why it is as it is; people read it later.")],
    until: Annotated[str, typer.Option(help="2027-03-01T00:00:00Z: then it is asked again.")],
    about: Annotated[
        str | None, typer.Option(help="The service or schedule, where the finding names one.")
    ] = None,
    service: Service = None,
    team: Team = None,
    *,
    json: AsJson = False,
) -> None:
    """Say why a finding is as it is, and until when that is enough."""
    if service is not None and team is not None:
        raise typer.BadParameter("Say a service or a team, not both.")
    whose = f"services/{service}/" if service else f"teams/{team}/" if team else ""
    body = {"reason": reason, "until": until, "about": about}
    answer = Remote.from_environment().put(f"/v1/{whose}practice/{measure}/answer", body)
    shown.receipt(answer, f"The finding on {measure} is answered.", json=json)


@finding.command("weekly")
def weekly(
    team: Annotated[str, typer.Argument(help="The team, by id.")],
    *,
    on: Annotated[bool, typer.Option("--on/--off", help="Once a week, or not any more.")] = True,
    json: AsJson = False,
) -> None:
    """Put what is found to the people of a team once a week, in their work hours."""
    path = f"/v1/teams/{team}/practice/weekly-questions"
    answer = Remote.from_environment().put(path, {"weekly": on})
    since = "asked from Monday on" if on else "not asked any more"
    shown.receipt(answer, f"{team} is {since}.", json=json)


def _report_fix(one: Mapping[str, Any]) -> None:
    what = f"{one['incident']}: {one['action_item']} ({one['service_id']}, {one['category']})"
    shown.say(f"  {what}")
    shown.say(f"           {one['text']}")
    again = ", ".join(each["reference"] for each in one["again"])
    if again:
        more = f" and {one['again_more']} more" if one["again_more"] else ""
        shown.say(f"           {again}{more}")


def _report(one: Mapping[str, Any]) -> None:
    about = f" ({one['about']})" if one["about"] else ""
    shown.say(f"  {one['state']:7}  {one['measure']}{about}: {one['text']}")
    evidence: Iterable[str] = (each["name"] for each in one["evidence"][:NAMED])
    more = len(one["evidence"]) - NAMED + one["evidence_more"]
    if one["evidence"]:
        named = ", ".join(evidence)
        shown.say(f"           {named}{f' and {more} more' if more > 0 else ''}")
    if one["answer"] is not None:
        answer = one["answer"]
        until = shown.clock(answer["until"])
        shown.say(
            f"           Answered by {answer['answered_by']} until {until}: {answer['reason']}"
        )
