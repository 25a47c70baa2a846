"""Budgets: what a page may weigh on a phone with one bar of signal, and what it may hold."""

import gzip
import re
from pathlib import Path

import pytest

from services.web.rendering import HERE, STATIC
from tests.services.web.conftest import Browser, Site

ROWS = 50
TEMPLATES = sorted(HERE.glob("templates/**/*.html"))


def packed(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def styles_of(screen: Path) -> list[Path]:
    """Return the style sheets that a screen loads, with those of every screen."""
    frame = [HERE / "templates/head.html", HERE / "templates/layout.html"]
    texts = [one.read_text() for one in (*frame, screen)]
    named = {name for text in texts for name in re.findall(r"asset\('([\w.]+\.css)'\)", text)}
    return [STATIC / name for name in sorted(named)]


def test_scripts_and_styles_stay_small() -> None:
    assert packed(*STATIC.glob("js/*.js"), STATIC / "vendor/htmx.min.js") <= 30 * 1024
    for screen in TEMPLATES:
        assert packed(*styles_of(screen)) <= 8 * 1024, screen


@pytest.mark.stack
async def test_a_board_with_fifty_rows_stays_small(site: Site, ada: Browser) -> None:
    declared = [
        await site.api.declare(title=f"Checkout fails in region {number}", severity="SEV3")
        for number in range(ROWS)
    ]
    shown = await ada.get(f"/?after_position={declared[-1]['position']}")
    assert shown.text.count('class="row ') == ROWS
    assert len(gzip.compress(shown.content, 9)) <= 8 * 1024


@pytest.mark.parametrize("file", TEMPLATES, ids=[str(one.relative_to(HERE)) for one in TEMPLATES])
def test_no_template_holds_script_or_style_of_its_own(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"hx-on|js:|\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", text)
