"""An inventory is a fact each time, and its digest stands for every stream and no other."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given as any_of
from hypothesis import strategies as st

from events.actor import Actor
from events.ids import IncidentId, notes_stream
from events.inventory.commands import TakeInventory
from events.inventory.decide import inventory_decider
from events.inventory.events import InventoryTaken
from events.inventory.listing import Head, belongs, digest_of, own_streams

INCIDENT = IncidentId(UUID(int=1))
OTHER = IncidentId(UUID(int=2))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

HEADS = st.dictionaries(
    st.from_regex(r"[a-z_]{1,9}-[0-9a-f]{1,9}", fullmatch=True),
    st.tuples(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32)),
    max_size=5,
)


def test_each_inventory_is_a_fact_also_one_that_says_the_same() -> None:
    taken = TakeInventory(
        incident_id=INCIDENT,
        reference="INC-1001",
        position=7,
        streams=1,
        events=3,
        digest="00",
        actor=Actor(principal="api_key:audit"),
        at=NOON,
    )
    (fact,) = inventory_decider.decide(taken, inventory_decider.initial)
    assert isinstance(fact, InventoryTaken)
    assert (fact.taken_by, fact.position, fact.digest) == ("api_key:audit", 7, "00")
    assert inventory_decider.decide(taken, inventory_decider.fold([fact])) == [fact]


def test_what_names_the_incident_belongs_to_it_if_it_is_a_page_an_alert_or_its_own() -> None:
    assert all(belongs(stream, INCIDENT) for stream in own_streams(INCIDENT))
    assert belongs(f"alert-{OTHER}", INCIDENT)
    assert not belongs(notes_stream(OTHER), INCIDENT)
    assert not belongs(f"alert_group-{INCIDENT}", INCIDENT)
    assert not belongs(f"inventory-{INCIDENT}", INCIDENT)


@any_of(HEADS, HEADS)
def test_two_lists_of_streams_have_one_digest_only_when_they_are_one(
    one: dict[str, Head], other: dict[str, Head]
) -> None:
    assert (digest_of(one) == digest_of(other)) == (one == other)
    assert digest_of(dict(reversed(one.items()))) == digest_of(one)
