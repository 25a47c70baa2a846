"""What somebody acknowledges in a monitor is acknowledged here, where nobody has it yet.

Bodies: the how-to pages' own, with the words that Nagios ("Standard Macros": NOTIFICATIONTYPE),
Zabbix ("Supported macros": EVENT.UPDATE.ACTION) and New Relic (current_state) document.
"""

from typing import Any

import pytest
from httpx import AsyncClient

from events.incident.commands import AcknowledgeIncident
from services.api.dependencies import Dependencies
from services.api.intake.sources.monitors.zabbix import is_acknowledged
from tests.services.api.intake.doors import door_for
from tests.services.api.intake.monitor import Story, story_of
from workflows.ids import incident_workflow_id
from workflows.messages import IncidentCommandEnvelope

NAGIOS = {"type": "PROBLEM", "host": "db-1", "service": "Disk", "state": "CRITICAL"}
ZABBIX = {"event_id": "10528", "event_value": "1", "event_name": "db-1 is down"}
NEW_RELIC = {"id": "c5faa7e6", "title": "Low storage", "state": "ACTIVATED"}
ACKNOWLEDGED = [
    ("nagios", NAGIOS, {"type": "ACKNOWLEDGEMENT"}),
    ("zabbix", ZABBIX, {"event_update_action": "acknowledged, commented"}),
    ("new-relic", NEW_RELIC, {"trigger": "ACKNOWLEDGED"}),
    ("new-relic", NEW_RELIC, {"state": "acknowledged"}),
]
each_monitor = pytest.mark.parametrize(
    ("door", "problem", "update"), ACKNOWLEDGED, ids=["nagios", "zabbix", "trigger", "state"]
)


async def waiting(dependencies: Dependencies, story: Story) -> list[Any]:
    """Return the commands that wait for the only incident."""
    (incident,) = story.incidents
    entries = await dependencies.inbox.waiting(incident_workflow_id(incident.incident_id))
    return [IncidentCommandEnvelope.model_validate_json(one.body).command for one in entries]


@each_monitor
async def test_an_acknowledgement_takes_the_incident_once(
    client: AsyncClient,
    dependencies: Dependencies,
    door: str,
    problem: dict[str, str],
    update: dict[str, str],
) -> None:
    path = await door_for(client, dependencies, door)
    for body in (problem, problem | update, problem | update):
        answer = await client.post(path, json=body)
        assert answer.is_success, answer.text
    story = await story_of(dependencies.log)
    assert len(story.open_alerts) == 1
    (command,) = await waiting(dependencies, story)
    assert isinstance(command, AcknowledgeIncident)
    assert command.actor.principal.startswith("integration:")


@each_monitor
async def test_an_acknowledgement_of_what_is_not_open_changes_nothing(
    client: AsyncClient,
    dependencies: Dependencies,
    door: str,
    problem: dict[str, str],
    update: dict[str, str],
) -> None:
    path = await door_for(client, dependencies, door)
    answer = await client.post(path, json=problem | update)
    assert answer.is_success, answer.text
    assert not (await story_of(dependencies.log)).incidents


@pytest.mark.parametrize(
    ("actions", "acknowledged"),
    [
        ("acknowledged", True),
        ("acknowledged, commented", True),
        ("commented and acknowledged", True),
        ("unacknowledged", False),
        ("changed severity from Average to High, commented", False),
        ("", False),
    ],
)
def test_of_what_was_done_in_zabbix_an_acknowledgement_is_told(
    actions: str, *, acknowledged: bool
) -> None:
    assert is_acknowledged(actions) is acknowledged
