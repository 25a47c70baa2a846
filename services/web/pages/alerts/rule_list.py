"""Routing rule list: one list in its order; rules moved, and taken out of it."""

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from services.web.calls import Document, Refused, or_none, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.pages.alerts.overview import names_of
from services.web.pages.alerts.rules import in_words
from services.web.pages.settings.ownership import may_change
from services.web.rendering import Screen
from services.web.visit import Visit

LIST: Final = "/alerts/rules/{rules}"
KEY_REUSED: Final = "idempotency-key-reused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleList:
    """A list of rules, whose it is, and whether whoever looks may change it."""

    rules_id: str
    name: str
    rules: list[Document]
    version: int  # 0 where nobody wrote one yet
    may_change: bool

    @property
    def address(self) -> str:
        """Return where it is shown."""
        return f"/alerts/rules/{self.rules_id}"

    @property
    def seen(self) -> str | None:
        """Return the version that a change has to be one of; None: any."""
        return str(self.version) if self.version else None


async def list_of(visit: Visit) -> RuleList:
    """Return the list that the address names.

    Raises: Refused.
    """
    rules_id = visit.named("rules")
    kind, _, named = rules_id.partition(".")
    found, (name, team_id) = await asyncio.gather(
        or_none(visit.calls.get(path_of("routing-rules", rules_id), **visit.reading)),
        _owner(visit, kind, named),
    )
    return RuleList(
        rules_id=rules_id,
        name=name,
        rules=found["rules"] if found else [],
        version=found["version"] if found else 0,
        may_change=await may_change(visit, team_id),
    )


async def _owner(visit: Visit, kind: str, named: str) -> tuple[str, str | None]:
    """Return whose rules they are, and the team that may change them."""
    if kind == "team":
        team = await visit.calls.get(path_of("teams", named), **visit.reading)
        return f"team {team['name']}", named
    if kind == "integration":
        integration = await visit.calls.get(path_of("integrations", named), **visit.reading)
        service = await or_none(visit.calls.get(path_of("services", integration["service_id"])))
        return names_of([integration])[named], service["team_id"] if service else None
    return "everybody", None


async def show(visit: Visit) -> Screen:
    """Show a list of rules."""
    found = await list_of(visit)
    return Screen(
        template="alerts/rule_list.html",
        title=f"Routing rules of {found.name}",
        facts={"list": found, "rules": in_words({"rules": found.rules})["rules"]},
    )


async def move(visit: Visit, form: Form) -> Answer:
    """Have a rule asked one place earlier or later."""
    found, number = await list_of(visit), place_of(visit)
    other = number - 1 if form.text("way") == "up" else number + 1
    if not 0 <= min(number, other) <= max(number, other) < len(found.rules):
        return done(visit, {}, found.address)
    rules = list(found.rules)
    rules[number], rules[other] = rules[other], rules[number]
    return await stored(visit, form, found, rules)


async def remove(visit: Visit, form: Form) -> Answer:
    """Take a rule out of its list."""
    found, number = await list_of(visit), place_of(visit)
    rules = [rule for place, rule in enumerate(found.rules) if place != number]
    return await stored(visit, form, found, rules)


def place_of(visit: Visit) -> int:
    """Return the place of the rule that the address names, from 0 on.

    Raises: Refused.
    """
    text = visit.named("place")
    if not (text.isascii() and text.isdecimal()):
        raise Refused({"title": f"There is no rule {text} in this list.", "status": 404}, None)
    return int(text)


async def stored(visit: Visit, form: Form, found: RuleList, rules: list[Document]) -> Answer:
    """Replace the list, if it is the one that the form was about.

    Raises: Refused.
    """
    path = path_of("routing-rules", found.rules_id)
    seen = form.text("seen") or found.seen
    try:
        receipt = await visit.calls.give("PUT", path, form.command_id, {"rules": rules}, seen)
    except Refused as refused:
        if refused.code != KEY_REUSED:
            raise
        receipt = {}  # pressed twice: the first press has changed the list since
    return done(visit, receipt, found.address)


def as_written(rules: list[Document], number: int | None, rule: Document) -> list[Document]:
    """Return the list with a rule in its place; None: at its end."""
    if number is None or number >= len(rules):
        return [*rules, rule]
    return [*rules[:number], rule, *rules[number + 1 :]]


def with_facts(screen: Screen, **facts: object) -> Screen:
    """Return the screen with what an action found."""
    return replace(screen, facts={**screen.facts, **facts})


ROUTES = (
    page(LIST, show),
    action(f"{LIST}/{{place}}/order", move, again=show),
    action(f"{LIST}/{{place}}/removal", remove, again=show),
)
