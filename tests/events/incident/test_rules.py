"""Every command of an incident has one rule, and it is the rule of that command."""

from collections import Counter
from dataclasses import fields
from importlib import import_module
from typing import Literal, get_type_hints

import pytest

from events.decider import members_of
from events.incident.backfill.commands import BackfillIncident
from events.incident.commands import DeclareIncident, IncidentCommand
from events.incident.decide import RULES
from events.incident.events import IncidentDeclared
from events.incident.grammar import Rules
from tests.house.tree import ROOT, name_of, python_files

MODULES = [
    name_of(path).removesuffix(".py").replace("/", ".")
    for path in python_files("events/incident")
    if path != ROOT / "events/incident/decide.py"
]


def test_every_command_has_a_rule() -> None:
    assert RULES.keys() == {*members_of(IncidentCommand)}


def test_no_two_facets_answer_the_same_command() -> None:
    facets: list[Rules] = [getattr(import_module(module), "RULES", {}) for module in MODULES]
    assert Counter([*RULES]) == Counter(command for rules in facets for command in rules)


@pytest.mark.parametrize("command", RULES, ids=lambda command: command.__name__)
def test_a_rule_takes_the_command_that_it_is_listed_under_and_is_named_like_it(
    command: type,
) -> None:
    assert get_type_hints(RULES[command])["command"] is command
    assert get_type_hints(command)["kind"] == Literal[RULES[command].__name__]


@pytest.mark.parametrize("command", [DeclareIncident, BackfillIncident])
def test_what_a_declaration_takes_over_has_the_same_type_in_command_and_event(
    command: type,
) -> None:
    event, asked = get_type_hints(IncidentDeclared), get_type_hints(command)
    taken_over = {one.name for one in fields(IncidentDeclared)} & asked.keys()
    assert {"reference", "title", "summary", "severity"} <= taken_over
    assert {name: event[name] for name in taken_over} == {name: asked[name] for name in taken_over}
