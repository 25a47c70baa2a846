"""Findings: the anti-patterns as questions to the team, each with what it rests on."""

from collections.abc import Iterable
from typing import Any, Final

from services.access.permissions import Permission
from services.web.calls import Document, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.pages.insights.stretch import now_reading, require_now
from services.web.rendering import Screen
from services.web.rights.leading import leading, leading_of
from services.web.visit import Visit

HERE: Final = "/insights/findings"
PATTERNS: Final = {
    "hero_culture": ("Hero culture", "Too much rests on one person, who will be away one day."),
    "alert_fatigue": ("Alert fatigue", "So much noise that nobody listens any more."),
    "blame": ("Blame", "People are asked to be better, where the system should be."),
    "no_postmortems": ("No postmortems", "The same thing happens again, for nobody wrote it down."),
    "postmortem_theatre": (
        "Postmortem theatre",
        "Much is promised after incidents, and little of it happens.",
    ),
}
STATES: Final = {
    "found": "Found",
    "watch": "To watch",
    "ok": "Fine",
    "too_few": "Too few to tell",
}


async def show(visit: Visit) -> Screen:
    """Show the findings of everybody, of a team or of a service."""
    require_now(visit)
    team, service, state = (visit.query.get(name) or None for name in ("team", "service", "state"))
    found = await visit.calls.get(
        path_of("practice"), team=team, service=service, state=state, **now_reading(visit)
    )
    teams = (await visit.calls.get(path_of("teams")))["teams"]
    services = (await visit.calls.get(path_of("services")))["services"]
    return Screen(
        template="insights/findings.html",
        title="Findings",
        facts={
            "found": found,
            "patterns": _by_pattern(found["findings"]),
            "states": STATES,
            "state": state,
            "scope": _scope(team, service),
            "teams": teams,
            "services": services,
            "answers": await _answers(visit, team, service, services),
            "weekly": await _weekly(visit, team, teams),
            "who": await visit.who(),
        },
    )


def _by_pattern(findings: list[Document]) -> list[Document]:
    return [
        {
            "name": name,
            "means": means,
            "findings": [
                {**one, "evidence": [{**each, "at": _address(each)} for each in one["evidence"]]}
                for one in findings
                if one["pattern"] == pattern
            ],
            "too_few": _named(
                one for one in findings if one["pattern"] == pattern and one["state"] == "too_few"
            ),
        }
        for pattern, (name, means) in PATTERNS.items()
    ]


def _named(measures: Iterable[Document]) -> list[str]:
    """Return what is measured, as people say it, each once."""
    return sorted({str(one["measure"]).replace("_", " ") for one in measures})


def _address(evidence: Document) -> str:
    """Return the page on which a piece of evidence is."""
    reference = str(evidence["name"]).partition(":")[0]
    if evidence["kind"] == "schedule":
        return "/" + path_of("on-call", evidence["id"]).removeprefix("/v1/")
    end = "/actions" if evidence["kind"] == "action_item" else ""
    return f"/incidents/{reference}{end}"


def _scope(team: str | None, service: str | None) -> str:
    """Return whose findings they are, as addresses say it."""
    if team is not None:
        return f"team={team}"
    return "" if service is None else f"service={service}"


async def _answers(
    visit: Visit, team: str | None, service: str | None, services: list[Document]
) -> str | None:
    """Return where the visitor's answers to these findings go; None: others answer for them."""
    lead = await leading(visit)
    if team is not None:
        return f"{HERE}/teams/{team}" if lead.may_change(team) else None
    if service is not None:
        owner = next((one["team_id"] for one in services if one["service_id"] == service), None)
        return f"{HERE}/services/{service}" if lead.may_change(owner) else None
    return HERE if visit.may(Permission.CONFIGURATION_WRITE) else None


async def _weekly(visit: Visit, team: str | None, teams: list[Document]) -> Document | None:
    """Return whether the chosen team is asked once a week, and whether the visitor may switch it.

    None: no team is chosen.
    """
    chosen = next((one for one in teams if one["team_id"] == team), None)
    if chosen is None:
        return None
    stands = await visit.calls.get(path_of("teams", str(team), "practice", "weekly-questions"))
    may = leading_of(visit, teams).may_change(team)
    return {"team": team, "name": chosen["name"], "on": stands["weekly"], "may": may}


async def switch_weekly(visit: Visit, form: Form) -> Answer:
    """Have a team asked once a week what its findings ask, or not any more."""
    team = visit.named("team")
    path = path_of("teams", team, "practice", "weekly-questions")
    body = {"weekly": form.ticked("weekly")}
    receipt = await visit.calls.give("PUT", path, form.command_id, body)
    return done(visit, receipt, f"{HERE}?team={team}")


async def answer(visit: Visit, form: Form) -> Answer:
    """Say why a finding of everybody together is as it is."""
    return await _answered(visit, form, path_of("practice", visit.named("measure"), "answer"), "")


async def answer_of_team(visit: Visit, form: Form) -> Answer:
    """Say why a finding of a team is as it is."""
    team = visit.named("team")
    path = path_of("teams", team, "practice", visit.named("measure"), "answer")
    return await _answered(visit, form, path, f"?team={team}")


async def answer_of_service(visit: Visit, form: Form) -> Answer:
    """Say why a finding of a service is as it is."""
    service = visit.named("service")
    path = path_of("services", service, "practice", visit.named("measure"), "answer")
    return await _answered(visit, form, path, f"?service={service}")


async def _answered(visit: Visit, form: Form, path: str, query: str) -> Answer:
    day = form.text("until")
    body: dict[str, Any] = {
        "reason": form.text("reason") or "",
        "until": f"{day}T00:00:00Z" if day else "",
        "about": form.text("about"),
    }
    receipt = await visit.calls.give("PUT", path, form.command_id, body)
    return done(visit, receipt, f"{HERE}{query}")


ROUTES = (
    page(HERE, show, personal=True),
    action(f"{HERE}/{{measure}}/answer", answer, again=show),
    action(f"{HERE}/teams/{{team}}/{{measure}}/answer", answer_of_team, again=show),
    action(f"{HERE}/services/{{service}}/{{measure}}/answer", answer_of_service, again=show),
    action(f"{HERE}/teams/{{team}}/weekly-questions", switch_weekly, again=show),
)
