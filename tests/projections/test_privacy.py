"""Who is let into a private incident, as lists and streams are told of it."""

from functools import partial

from events.delivery.events import IntendedDelivery
from events.ids import DeliveryId, page_id_for
from events.page.events import PageLevelReached
from projections.privacy.members import members_after, removed_after
from tests.events.incident.story import ANA, BEN, CEM, INC_7, NOW
from tests.events.incident.test_privacy import added, opened, private, removed


def test_a_page_lets_in_whom_it_calls_but_nobody_who_was_removed() -> None:
    page = page_id_for(INC_7, 1)
    deliveries = tuple(
        IntendedDelivery(delivery_id=DeliveryId(page), responder_id=one, channel="email", address=0)
        for one in (BEN, CEM)
    )
    paged = PageLevelReached(
        page_id=page, incident_id=INC_7, round=1, level=1, deliveries=deliveries, reached_at=NOW
    )
    members, gone = (ANA,), removed_after((), removed(BEN))
    after_page = partial(members_after, private=True)
    assert after_page(members, paged, removed=gone) == (ANA, CEM)
    assert removed_after(removed_after(gone, opened), private(ANA)) == (BEN,)
    assert removed_after(gone, added(BEN)) == ()
    assert after_page(members, added(BEN), removed=()) == (ANA, BEN)
