"""What the documents point at is there: every link, and every test they name as proof."""

import ast
import re
from pathlib import Path

import pytest

from events.catalogue import wire_name
from events.registry import ALL_EVENTS
from tests.house.tree import ROOMS, ROOT, name_of, parsed

DOCUMENTS = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
# What a decision names was there when it was taken; a page on adding something names new files.
STANDING = [one for one in DOCUMENTS if one not in DECISIONS and not one.name.startswith("add-")]
LINK = re.compile(r"\]\(([^)\s]+)\)")
PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_FOLDERS = "|".join((*ROOMS, "benchmarks", "deploy"))
PLACE = re.compile(rf"`((?:{_FOLDERS})/[^`\s]*(?:/|\.(?:py|yml|sh)))`")
EVENT = re.compile(r"`([a-z_]+\.[a-z_]+)`")
# Members of a webhook's body, and what it tells that the log has by another name.
NOT_EVENTS = {"incident.drill", "incident.severity", "meeting.reminded", "postmortem.escalated"}
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PARTS = ("Status", "Area", "Date")
SECTIONS = ("Context", "Decision", "Consequences", "Alternatives", "Enforced by")


def anchors(document: Path) -> set[str]:
    """Return the anchors that headings make on a forge."""
    headings = HEADING.findall(document.read_text(encoding="utf-8"))
    bare = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in bare}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    broken = []
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_test_that_is_named_as_proof_exists(document: Path) -> None:
    for path, function in PROOF.findall(document.read_text(encoding="utf-8")):
        assert (ROOT / path).is_file(), path
        named = {getattr(node, "name", "") for node in ast.walk(parsed(ROOT / path))}
        assigned = {node.id for node in ast.walk(parsed(ROOT / path)) if isinstance(node, ast.Name)}
        assert not function or function in named | assigned, f"{path}::{function}"


@pytest.mark.parametrize("document", STANDING, ids=name_of)
def test_every_file_that_is_named_is_where_it_is_said_to_be(document: Path) -> None:
    places = PLACE.findall(document.read_text(encoding="utf-8"))
    assert not [place for place in places if "<" not in place and not list(ROOT.glob(place))]


def test_the_image_leaves_out_only_what_is_there() -> None:
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert not [one for one in left_out if one.startswith(ROOMS) and not (ROOT / one).exists()]


@pytest.mark.parametrize("document", STANDING, ids=name_of)
def test_every_event_that_is_named_is_one_that_there_is(document: Path) -> None:
    known = set(map(wire_name, ALL_EVENTS))
    nouns = {name.partition(".")[0] for name in known}
    named = set(EVENT.findall(document.read_text(encoding="utf-8"))) - NOT_EVENTS
    assert not {name for name in named if name.partition(".")[0] in nouns} - known


@pytest.mark.parametrize("decision", DECISIONS, ids=name_of)
def test_every_decision_follows_the_template(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert text.startswith(f"# {decision.name[:4]} ")
    assert not [part for part in PARTS if f"**{part}**" not in text]
    headings = HEADING.findall(text)[1:]
    assert headings == list(SECTIONS)


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(decision.name[:4]) for decision in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
