"""What a page says, whatever somebody has written into a title."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.delivery.message import one_line, plain_text
from activities.integrations.email.render import html_body
from activities.integrations.message_text import text_of
from activities.page.text import in_words, runbook_of, what_is_next
from events.delivery.events import DeliveryDelayed, IntendedDelivery
from events.delivery.ledger import Ledger, after
from events.ids import DeliveryId, EscalationPolicyId, ResponderId
from events.incident.state import Incident
from events.page.plan import PagePlan, Step
from events.page.state import Page
from events.values.links import Link, LinkKind
from tests.activities.sample import message
from tests.planned import planned

LEVEL = planned(ResponderId("anna"))
PLAN = PagePlan(escalation_policy_id=EscalationPolicyId("p"), levels=(LEVEL, LEVEL), repeats=1)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DELIVERY = DeliveryId(UUID(int=3))
INTENDED = frozenset([DELIVERY])
LEDGER = Ledger().intending(
    "page",
    "2",
    None,
    [
        IntendedDelivery(
            delivery_id=DELIVERY, responder_id=ResponderId("anna"), channel="email", address=0
        )
    ],
)

HELD_UP = after(
    LEDGER,
    DeliveryDelayed(
        delivery_id=DELIVERY,
        kind="page",
        about="2",
        incident_id=None,
        responder_id=ResponderId("anna"),
        channel="email",
        attempts=5,
        error="ProviderUnreachable: connect_failed",
        delayed_at=NOON,
    ),
)


HOUR = timedelta(hours=1)
FIRST_LEVEL = Page(
    plan=PLAN, step=Step(round=1, level=1), reached_at=NOON, intended=INTENDED, ledger=LEDGER
)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Checkout\r\nBcc: evil@example.org", "Checkout Bcc: evil@example.org"),
        ("a\x00b\x1b[31mc\x1b]", "abc]"),
        ("line\u2028separator", "line separator"),
        ("right\u202eto\u2066left", "righttoleft"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("family 👨‍👩‍👧 stays", "family 👨‍👩‍👧 stays"),
        ("\ud800broken", "broken"),
        ("  many   spaces ", "many spaces"),
        ("停止 süß", "停止 süß"),
        ("x" * 500, "x" * 199 + "…"),
        ("\u202e\x00", ""),
    ],
)
def test_a_hostile_title_becomes_one_harmless_line(written: str, shown: str) -> None:
    assert one_line(written) == shown


@given(st.text(alphabet=st.characters(), max_size=600))
def test_any_title_is_one_printable_line_that_can_be_sent(text: str) -> None:
    line = one_line(text)
    assert len(line) <= 200
    assert len(line.splitlines()) <= 1
    line.encode()


def test_a_summary_keeps_its_lines() -> None:
    assert plain_text("one\r\ntwo\n", 100) == "one\ntwo"


def test_the_headline_tells_severity_then_reference_then_what() -> None:
    assert message().headline == "SEV1 INC-1042: Checkout is down"
    assert message(severity=None).headline == "INC-1042: Checkout is down"
    assert message(possible_repeat=True).headline == (
        "SEV1 INC-1042 (possible repeat): Checkout is down"
    )


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (Step(round=1, level=1), "If nobody acknowledges within 5 minutes, level 2 is paged."),
        (
            Step(round=1, level=2),
            "If nobody acknowledges within 5 minutes, paging starts again at level 1.",
        ),
        (Step(round=2, level=2), "This is the last level: after it, nobody else is paged."),
    ],
)
def test_the_page_says_what_happens_if_nobody_answers(step: Step, sentence: str) -> None:
    page = replace(FIRST_LEVEL, step=step)
    assert what_is_next(step, page, PLAN, NOON + timedelta(seconds=1)) == sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "If nobody acknowledges within 3 minutes, level 2 is paged."),
        # Its level's escalation timeout begins when it goes out.
        ({"ledger": HELD_UP}, "If nobody acknowledges within 5 minutes, level 2 is paged."),
        ({"reached_at": NOON - HOUR}, "If nobody acknowledges, level 2 is paged."),
        ({"step": Step(round=1, level=2)}, "This comes late: level 2 is being paged by now."),
        ({"step": Step(round=2, level=1)}, "This comes late: level 1 is being paged by now."),
        (
            {"step": Step(round=2, level=2), "exhausted": True},
            "Every level was tried before this reached you: nobody else is paged.",
        ),
    ],
)
def test_a_page_that_comes_late_promises_nothing_that_is_no_longer_true(
    changes: dict[str, Any], sentence: str
) -> None:
    page = replace(FIRST_LEVEL, **changes)
    now = NOON + timedelta(seconds=130)
    assert what_is_next(Step(round=1, level=1), page, PLAN, now) == sentence


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=90), "90 seconds"),
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(0), "0 seconds"),
    ],
)
def test_a_duration_is_told_in_its_largest_exact_unit(duration: timedelta, words: str) -> None:
    assert in_words(duration) == words


def test_the_runbook_that_was_linked_last_is_in_the_mail() -> None:
    wiki = "https://wiki.example.com/"
    kinds = (("a", LinkKind.RUNBOOK), ("b", LinkKind.RUNBOOK), ("c", LinkKind.DASHBOARD))
    links = tuple(Link(kind=kind, title=page, url=wiki + page) for page, kind in kinds)
    address = runbook_of(Incident(links=links))
    assert address == "https://wiki.example.com/b"
    assert runbook_of(Incident()) is None
    page = message(runbook_url=address)
    assert f"Runbook: {address}" in text_of(page)
    assert f'href="{address}"' in html_body(page)
    assert "unbook" not in text_of(message()) + html_body(message())
