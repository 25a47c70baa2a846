"""What the documents point at is there: every link, and every test they name as proof."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, name_of, parsed

DOCUMENTS = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
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
