"""Status updates of a private incident go to its members only, as they are when it is sent."""

from dataclasses import replace
from uuid import UUID

from activities.status_update.published import PublishedUpdate, newest_update
from activities.status_update.text import UpdateText
from events.ids import DeliveryId, ResponderId, incident_stream
from events.incident.privacy.events import IncidentMemberRemoved, IncidentPrivacyChanged
from events.log.memory import MemoryLog
from tests.projections.stories import ANA, BOB, at, story, tell


async def published(*events: object) -> PublishedUpdate:
    told, log = story(), MemoryLog()
    own = [replace(one, incident_id=told.incident_id) for one in events]  # type: ignore[type-var]
    stream = incident_stream(told.incident_id)
    await tell(log, stream, told.declared(), told.update_published(), *own)
    update = await newest_update(log, told.incident_id)
    assert update is not None
    return update


private = IncidentPrivacyChanged(
    incident_id=story().incident_id,
    private=True,
    members=(ANA, BOB),
    reason="Breach",
    changed_by="responder:ana",
    changed_at=at(12),
)
removed = IncidentMemberRemoved(
    incident_id=story().incident_id,
    responder_id=BOB,
    removed_by="responder:ana",
    removed_at=at(13),
)


async def test_everybody_may_be_told_of_an_open_incident() -> None:
    assert (await published()).concerns(ResponderId("eve"))


async def test_only_members_are_told_also_of_an_update_from_before_it_was_private() -> None:
    update = await published(private)
    assert update.concerns(ANA)
    assert not update.concerns(ResponderId("eve"))


async def test_where_a_team_hides_its_incidents_only_it_and_who_works_on_them_are_told() -> None:
    update = replace(await published(), known_to=frozenset({ANA}))
    assert update.concerns(ANA)
    assert not update.concerns(BOB)
    assert replace(update, privacy=(await published(private)).privacy).concerns(BOB)


async def test_who_is_removed_before_the_post_is_sent_is_not_told() -> None:
    assert not (await published(private, removed)).concerns(BOB)


async def test_the_message_of_a_correction_begins_by_saying_so_and_names_the_update() -> None:
    wrong = story().update_published()
    right = replace(wrong, number=2, corrects=1, impact="Card payments fail", published_at=at(20))
    update = await published(right)
    message = UpdateText(
        delivery_id=DeliveryId(UUID(int=1)),
        incident_id=update.incident_id,
        reference="INC-7",
        title="Checkout is down",
        number=update.number,
        briefing=update.briefing,
        responder_name="Sue",
        incident_url="https://tocsin.example.org/v1/incidents/7",
        incident_page="https://tocsin.example.org/incidents/INC-7",
        possible_repeat=False,
    ).message
    assert message.headline.startswith("Correction: SEV1 INC-7 update 2")
    first = f"Correction: this takes the place of update 1 of {at(10):%H:%M} UTC."
    assert message.sections[0].text == first
    assert message.facts["corrects"] == {"number": 1, "published_at": at(10).isoformat()}


async def test_an_update_that_corrects_none_says_nothing_of_corrections() -> None:
    update = await published()
    assert update.briefing.corrects is None
