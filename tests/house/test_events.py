"""Every event has a proper name, is known to the codec, and is in the catalogue as it is."""

import importlib
import inspect
import re
from collections import Counter
from dataclasses import MISSING, fields, is_dataclass
from typing import get_type_hints

import pytest

from events import ids
from events.catalogue import catalogue, wire_name
from events.delivery.events import DELIVERY_EVENTS
from events.registry import AGGREGATES, ALL_EVENTS
from tests.house.tree import ROOT

NOUN_PAST_PARTICIPLE = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
# A participle is the last or, with a particle or an object, one of the words after the dot.
PARTICIPLE = re.compile(
    r"(ed|made|sent|held|left|lost|begun|given|taken|written|shown|hidden|forgotten|withdrawn|overridden|over|overdue|out|empty)\b"
)


def classes_in_the_tree() -> set[type]:
    """Return every dataclass with a wire name in any module of an aggregate."""
    return {
        member
        for path in (ROOT / "events").glob("*/**/*.py")
        if "log" not in path.relative_to(ROOT).parts
        for _, member in inspect.getmembers(
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)),
            inspect.isclass,
        )
        if is_dataclass(member) and "type" in get_type_hints(member)
    }


def test_every_event_is_in_the_registry_exactly_once() -> None:
    assert Counter(ALL_EVENTS) == Counter(classes_in_the_tree())


def test_no_two_events_have_the_same_wire_name() -> None:
    names = Counter(wire_name(event) for event in ALL_EVENTS)
    assert not [name for name, count in names.items() if count > 1]


def test_every_event_belongs_to_the_rules_of_one_aggregate() -> None:
    decided = Counter(event for one in AGGREGATES for event in one.decider.event_types)
    ledgers = min(decided[event] for event in DELIVERY_EVENTS)
    assert ledgers > 1  # whoever sends messages keeps one
    assert decided == Counter(ALL_EVENTS) + Counter(DELIVERY_EVENTS * (ledgers - 1))


@pytest.mark.parametrize("event", ALL_EVENTS, ids=wire_name)
def test_an_event_is_named_as_a_fact(event: type) -> None:
    name = wire_name(event)
    assert NOUN_PAST_PARTICIPLE.fullmatch(name)
    assert PARTICIPLE.search(name.partition(".")[2].replace("_", " "))
    assert event.__name__.lower() == re.sub(r"[._]", "", name)
    [literal] = [field for field in fields(event) if field.name == "type"]
    assert literal.default == name


@pytest.mark.parametrize("event", ALL_EVENTS, ids=wire_name)
def test_an_event_says_what_happened_and_when(event: type) -> None:
    assert (inspect.getdoc(event) or "").endswith(".")
    names = [field.name for field in fields(event)]
    assert [name for name in names if name.endswith("_at")]
    assert not {"timestamp", "data", "payload", "status"} & set(names)


@pytest.mark.parametrize("event", ALL_EVENTS, ids=wire_name)
def test_an_event_cannot_be_changed_and_names_its_fields(event: type) -> None:
    parameters = event.__dataclass_params__  # type: ignore[attr-defined]
    assert parameters.frozen
    assert parameters.kw_only
    assert parameters.slots
    required = [field for field in fields(event) if field.default is MISSING]
    assert required, "an event without a fact in it"


def test_the_catalogue_in_docs_is_what_the_classes_say() -> None:
    """If this fails on purpose: python -m events.catalogue > docs/events.md, and read the diff."""
    written = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert written == catalogue()


def test_an_aggregates_streams_are_named_in_one_way() -> None:
    by_hand = {name: one for name, one in vars(ids).items() if name.endswith("_stream")}
    assert {name: one("x") for name, one in by_hand.items()} == {
        f"{one.noun}_stream": one.stream("x")
        for one in AGGREGATES
        if f"{one.noun}_stream" in by_hand
    }
