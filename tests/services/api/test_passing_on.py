"""A link in a message has the next level asked, by a button that is good for one level only."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from activities.page.ack_links import AckLink, AckLinks
from events.errors import AckLinkExpired, AckLinkInvalid
from events.ids import DeliveryId, PageId
from events.incident.pages.answers import Standing
from events.page.plan import Step
from projections.incidents.changes import ChangeRow, SuspectedChange
from services.api.resources.acknowledgement.words import words_for
from services.commanding.by_link.answers import Asked
from services.commanding.by_link.escalation import EscalationLink, EscalationLinks
from services.newest_level import AskedLevel
from tests.services.api.test_ack_page import ADA, KEY, NOW


def escalating(**changes: Any) -> EscalationLink:
    of = AckLink(
        page_id=PageId(UUID(int=1)),
        delivery_id=DeliveryId(UUID(int=2)),
        responder_id=ADA,
        expires_at=NOW + timedelta(hours=1),
    )
    return EscalationLink(of=replace(of, **changes), step=Step(round=1, level=2))


def test_a_link_that_escalates_does_nothing_else_and_names_one_level() -> None:
    link, links = escalating(), EscalationLinks(KEY)
    assert links.read(links.make(link), NOW) == link
    later = replace(link, step=Step(round=1, level=3))
    assert later.command_id != link.command_id
    with pytest.raises(AckLinkInvalid):
        AckLinks(KEY).read(links.make(link), NOW)
    with pytest.raises(AckLinkInvalid):
        links.read(AckLinks(KEY).make(link.of), NOW)
    with pytest.raises(AckLinkInvalid):
        links.read(links.make(link)[:-3], NOW)
    with pytest.raises(AckLinkExpired):
        links.read(links.make(escalating(expires_at=NOW)), NOW)


def test_whoever_is_paged_passes_it_on_by_name_and_reads_what_changed() -> None:
    asked = Asked(
        reference="INC-7",
        title="Checkout is down",
        severity=None,
        asked="Ada",
        standing=Standing.ASKED,
        level=AskedLevel(level=1, levels=2, next_at=NOW + timedelta(minutes=3)),
        next_people=("Ines", "Ben"),
        escalation=escalating(),
    )
    words = words_for(asked, NOW, [changed("Checkout 2.14.0 is deployed")])
    assert [one.label for one in words.buttons] == ["Acknowledge", "Not me, page Ines and 1 more"]
    assert (words.look, words.beside_it) == ("Look first", "Looking does not stop the clock.")
    assert words.facts[-1] == ("Changed", "4 min 00 s before: Checkout 2.14.0 is deployed (shop)")
    passed = replace(asked, escalation=None, passed_on_at=NOW, asked_now=("Ines",))
    assert words_for(passed, NOW).text.startswith(
        "You passed it on at 03:12:00 UTC: Ines is asked now, and nobody has answered yet."
    )
    assert [one.label for one in words_for(passed, NOW).buttons] == ["Acknowledge"]


def changed(summary: str) -> SuspectedChange:
    change = ChangeRow(
        position=1,
        change_id=UUID(int=3),
        integration_id="ci",
        service_id="shop",
        summary=summary,
        source="ci",
        happened_at=NOW,
        reported_at=NOW,
        details={},
        links=(),
        reported_position=1,
    )
    return SuspectedChange(change=change, before=timedelta(minutes=4), same_service=False)
