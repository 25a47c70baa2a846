"""Customers read one honest sentence, when it was written and when the next comes: no more."""

import gzip
import json
import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace as with_fields

from events.public_post.words import ComponentStatus, PublicState
from projections.communication.public_stories import PublicStoryRow, StoryText
from services.status_page.facts import page_of
from services.status_page.rendering import files_of
from services.status_page.words import sentence
from tests.services.status_page.pages import (
    INCIDENT,
    MARK,
    NOW,
    files,
    incident,
    page,
    post,
    public,
    words,
)

DOWN, SOME, SLOW = (
    ComponentStatus.MAJOR_OUTAGE,
    ComponentStatus.PARTIAL_OUTAGE,
    ComponentStatus.DEGRADED_PERFORMANCE,
)
HALF_PAST = NOW - timedelta(minutes=30)
LOOKING, WATCHING, OVER = (
    PublicState.INVESTIGATING,
    PublicState.MONITORING,
    PublicState.RESOLVED,
)


@pytest.mark.parametrize(
    ("affected", "said"),
    [
        ({"checkout": DOWN}, "Checkout is down."),
        ({"checkout": DOWN, "search": SLOW}, "Checkout is down."),
        ({"checkout": SOME, "search": SOME}, "Checkout and Search work for some only."),
        ({"search": SLOW}, "Search is slower than usual."),
        (
            {"checkout": DOWN, "search": DOWN, "login": DOWN, "mail": DOWN, "api": DOWN},
            "Checkout, Search, Login and 2 more are down.",
        ),
        ({}, "We are looking into a problem."),
    ],
)
def test_one_sentence_says_the_worst(affected: dict[str, Any], said: str) -> None:
    shown = public(
        page("checkout", "search", "login", "mail", "api"),
        incident(post(1, LOOKING, HALF_PAST, **affected)),
    )
    assert sentence(shown) == said


def test_what_is_over_is_not_in_the_sentence_and_of_two_incidents_the_worse_counts() -> None:
    over = incident(post(1, LOOKING, HALF_PAST, checkout=DOWN), post(2, OVER, NOW))
    row = page("checkout")
    assert sentence(public(row, over)) == "Everything works."
    slow = incident(post(1, LOOKING, HALF_PAST, checkout=SLOW), incident_id=UUID(int=2))
    down = incident(post(1, LOOKING, HALF_PAST, checkout=DOWN), incident_id=UUID(int=3))
    assert sentence(public(row, slow, down)) == "Checkout is down."


def test_the_page_opens_with_the_sentence_and_says_when_the_next_word_comes() -> None:
    due = NOW + timedelta(minutes=15)
    shown = files(
        page("checkout"), incident(post(1, LOOKING, HALF_PAST, next_post_at=due, checkout=SOME))
    )["index.html"]
    assert "<h1" in shown.split("<h2", 1)[0]
    said = words(shown)
    assert "Checkout works for some only." in said
    assert "The next word comes by 29 Nov 2026, 12:15 UTC ." in said
    assert "Written 29 Nov 2026, 12:00 UTC ." in said
    assert "more than 5 minutes old, our status system itself has trouble" in said
    assert '<time datetime="2026-11-29T11:30:00Z">29 Nov 2026, 11:30 UTC</time>' in shown


def test_a_copy_never_says_ago_and_needs_no_script_and_nobody_else() -> None:
    made = files(page("checkout"), incident(post(1, LOOKING, HALF_PAST, checkout=DOWN)))
    for path, content in made.items():
        assert not re.search(r"\bago\b", content), path
        if path.endswith(".html"):
            assert '<html lang="en">' in content
            assert not re.search(r"<script|<style|style=|src=|javascript:|\son\w+=", content), path
            assert not re.search(r'href="(?!/s/acme)', content), path
            levels = [int(one) for one in re.findall(r"<h([1-6])", content)]
            assert levels[0] == 1
            steps = pairwise(levels)
            assert all(later - earlier <= 1 for earlier, later in steps)


def test_no_file_holds_a_word_that_was_not_written_for_customers() -> None:
    made = files(
        page("checkout", "search"),
        incident(post(1, LOOKING, HALF_PAST, checkout=DOWN), post(2, WATCHING, NOW)),
    )
    for path, content in made.items():
        assert MARK not in content, path
        assert str(INCIDENT) not in content, path
        assert not re.search(r"471[12]|INC-|account:", content), path
        assert MARK not in path


def test_an_incident_that_became_private_is_in_no_file() -> None:
    secret = incident(post(1, LOOKING, HALF_PAST, checkout=DOWN), title="Secret")
    shown = page_of(page("checkout"), [secret], {INCIDENT}, NOW)
    assert (shown.incidents, sentence(shown)) == ((), "Everything works.")


def test_markup_in_a_post_is_shown_as_it_was_written() -> None:
    hostile = '<script>alert(1)</script><img src=x onerror="x">]]>&'
    row = with_fields(page("checkout"), name=hostile)
    made = files(row, incident(post(1, LOOKING, HALF_PAST, text=hostile), title=hostile))
    for path, content in made.items():
        if path.endswith((".html", ".atom")):
            assert "<script" not in content, path
            assert "<img" not in content, path
    assert "&lt;script&gt;alert(1)" in made["index.html"]
    entry = ET.fromstring(made["history.atom"]).find("{*}entry/{*}title")
    assert entry is not None
    assert entry.text == hostile


def test_a_correction_shows_the_new_words_and_that_they_are_new() -> None:
    first = post(1, LOOKING, HALF_PAST, text="New words.\n\nMore.")
    corrected = with_fields(first, corrected_at=NOW, corrected_by="account:ada")
    shown = files(page(), incident(corrected))["index.html"]
    assert "<p>New words.</p>" in shown
    assert "<p>More.</p>" in shown
    assert "Corrected" in shown


def test_a_page_of_many_components_and_incidents_is_small() -> None:
    names = [f"part-{number}" for number in range(30)]
    down: dict[str, Any] = {"part-1": DOWN, "part-2": SOME}
    told = [
        incident(
            post(1, LOOKING, NOW - timedelta(days=day, hours=2), **down),
            post(2, OVER, NOW - timedelta(days=day)) if day else post(2, WATCHING, NOW),
            incident_id=uuid5(INCIDENT, str(day)),
        )
        for day in range(14)
    ]
    made = files(page(*names), *told)
    for path in ("index.html", "history/index.html"):
        assert len(gzip.compress(made[path].encode())) < 15_000, path


def test_what_is_over_is_not_written_anew_every_minute() -> None:
    over = incident(post(1, LOOKING, HALF_PAST), post(2, OVER, NOW))
    path = f"incidents/{over.public_id}/index.html"
    earlier = public(page("checkout"), over)
    later = replace(earlier, written_at=NOW + timedelta(hours=1))
    first, second = files_of(earlier, "https://x"), files_of(later, "https://x")
    assert first[path] == second[path]
    assert first["index.html"] != second["index.html"]


def test_readers_of_other_status_pages_read_ours() -> None:
    made = files(
        page("checkout"),
        incident(post(1, LOOKING, HALF_PAST, checkout=SOME), post(2, WATCHING, NOW, checkout=SLOW)),
    )
    summary = json.loads(made["api/v2/summary.json"])
    assert summary["page"]["url"] == "https://status.example.org/s/acme"
    assert summary["status"] == {"indicator": "minor", "description": "Minor Service Outage"}
    (component,) = summary["components"]
    assert (component["name"], component["status"]) == ("Checkout", "degraded_performance")
    (found,) = summary["incidents"]
    assert (found["status"], found["impact"]) == ("monitoring", "major")
    assert [one["status"] for one in found["incident_updates"]] == ["monitoring", "investigating"]
    assert summary["scheduled_maintenances"] == []
    assert {path for path in made if path.startswith("api/")} == {
        f"api/v2/{name}.json"
        for name in ("summary", "status", "components", "incidents", "incidents/unresolved")
    }


def test_customers_read_what_was_learned_in_words_written_for_them_and_not_once_it_is_private() -> (
    None
):
    text = StoryText(
        text_id=INCIDENT,
        summary="Some cards failed.\n\nFor 35 minutes.",
        what_happened="A release <b>could</b> not reach a database.",
        what_we_do="One server first.",
    )
    row = PublicStoryRow(incident_id=INCIDENT, shown=text, shown_at=NOW, version=3)
    over = incident(post(1, OVER, HALF_PAST))
    told = page_of(page("checkout"), [over], (), NOW, {INCIDENT: row})
    made = files_of(told, "https://status.example.org/s/acme")
    [name] = [one for one in made if one.startswith("incidents/")]
    html = made[name].decode()
    assert "<h2>What we learned" in html
    assert "<p>For 35 minutes.</p>" in html
    assert "&lt;b&gt;could&lt;/b&gt;" in html
    [shown] = json.loads(made["api/v2/incidents.json"])["incidents"]
    assert shown["postmortem_body"].startswith("Summary\n\nSome cards failed.")
    assert shown["postmortem_published_at"]
    hidden = files_of(page_of(page("checkout"), [over], {INCIDENT}, NOW, {INCIDENT: row}), "")
    assert not any(b"35 minutes" in one for one in hidden.values())
