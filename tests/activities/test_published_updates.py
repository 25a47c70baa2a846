"""Status updates of a private incident go to its members only, as they are when it is sent."""

from dataclasses import replace

from activities.status_update.published import PublishedUpdate, newest_update
from events.ids import ResponderId, incident_stream
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


async def test_who_is_removed_before_the_post_is_sent_is_not_told() -> None:
    assert not (await published(private, removed)).concerns(BOB)
