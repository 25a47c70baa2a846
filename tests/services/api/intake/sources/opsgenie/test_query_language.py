"""Opsgenie's query language: what it says, and what it refuses.

Queries: Opsgenie, "Alerts Search Query Help".
"""

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.incidents.alert_search import Compared, Joined, Negated, Relation
from services.api.intake.sources.opsgenie.search.language import (
    EVERYWHERE,
    QueryWrong,
    condition_from,
)

OPEN = Compared(field="status", value="open")
SEEN = Compared(field="isSeen", value=True)
DISK = Compared(field="tag", value="disk")


def anywhere(text: str, *, pattern: bool = False) -> Joined:
    return Joined(
        "or", tuple(Compared(field=one, value=text, pattern=pattern) for one in EVERYWHERE)
    )


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("", None),
        ("  ", None),
        ("status: open", OPEN),
        ("status:open", OPEN),
        ("status = open", OPEN),
        ("(((status:open)))", OPEN),
        ("NOT status: open", Negated(OPEN)),
        ("status != open", Negated(OPEN)),
        ("status: open AND isSeen: true", Joined("and", (OPEN, SEEN))),
        ("status: open isSeen: TRUE", Joined("and", (OPEN, SEEN))),
        ("status: open or isSeen: true", Joined("or", (OPEN, SEEN))),
        (
            "status: open OR isSeen: true AND tag: disk",
            Joined("or", (OPEN, Joined("and", (SEEN, DISK)))),
        ),
        (
            "(status: open OR isSeen: true) AND NOT (tags: disk)",
            Joined("and", (Joined("or", (OPEN, SEEN)), Negated(DISK))),
        ),
        (
            "status: (open OR closed)",
            Joined("or", (OPEN, Compared(field="status", value="closed"))),
        ),
        ("message: lorem*", Compared(field="message", value="lorem%", pattern=True)),
        ('message: "50% *"', Compared(field="message", value="50% *")),
        ("alias: db_1:%*", Compared(field="alias", value="db\\_1:\\%%", pattern=True)),
        (r'message: "say \"no\""', Compared(field="message", value='say "no"')),
        ("teams: ops", Compared(field="responders", value="ops")),
        ("details.key: host", Compared(field="details.key", value="host")),
        ("tinyId > 28", Compared(field="tinyId", relation=Relation.ABOVE, value=28)),
        (
            "createdAt: 1470394841148",
            Compared(field="createdAt", value=datetime(2016, 8, 5, 11, 0, 41, 148000, tzinfo=UTC)),
        ),
        (
            "createdAt >= 10-08-2016",
            Compared(
                field="createdAt",
                relation=Relation.AT_LEAST,
                value=datetime(2016, 8, 10, tzinfo=UTC),
            ),
        ),
        ("apollo", anywhere("apollo")),
        ('"server apollo"', anywhere("server apollo")),
        ("android*", anywhere("android%", pattern=True)),
    ],
)
def test_a_query_says(query: str, condition: Any) -> None:
    assert condition_from(query) == condition


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("colour: red", "no field 'colour'"),
        ("status:", "a value is missing"),
        ("status: open AND", "a value is missing"),
        ("(status: open", "not closed"),
        ("status: (open", "not closed"),
        ("status: open)", "nothing fits at ')'"),
        ('message: "open', "a value is missing"),
        ("isSeen: maybe", "true or false"),
        ("message > a", "no time and no number"),
        ("tinyId: a", "a number"),
        ("tinyId: " + "9" * 40, "a number"),
        ("createdAt > yesterday", "is a time"),
        ("createdAt > 31-02-2016", "no day"),
        ("(" * 500 + "a" + ")" * 499, "nest at most"),
        ("NOT " * 200 + "a", "nest at most"),
        ("a " * 200, "at most 50 things"),
        ("status: (" + "a " * 200 + ")", "at most 50 things"),
        ("a" * 1001, "at most 1000 characters"),
    ],
)
def test_what_means_nothing_is_refused_with_what_is_wrong(query: str, words: str) -> None:
    with pytest.raises(QueryWrong, match=re.escape(words)):
        condition_from(query)


@given(st.text(alphabet='ab:=<>!()"* \\\tANDORNOTstatus%', max_size=60))
def test_any_text_is_a_query_or_refused(query: str) -> None:
    with suppress(QueryWrong):
        condition_from(query)
