"""Integrations and API keys are called by their names wherever a sentence has their ids."""

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.configuration.api_key import ApiKeyCreated, ApiScope
from events.configuration.integration import IntegrationCreated
from events.ids import ApiKeyId, IntegrationId, ServiceId, api_key_stream, integration_stream
from events.log.postgres import PostgresLog
from projections.incidents.actor_names import ActorNames, actor_names, principals_in
from projections.sentences import sentence_for
from projections.sentences.words import person
from tests.projections.stories import at, catch_up, story, tell
from tests.servers import Database

IDS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}[a-z0-9]", fullmatch=True)
NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


@given(st.sampled_from(["integration", "api_key"]), IDS, NAMES, st.sampled_from(["", ".", ": x."]))
def test_whoever_has_a_name_is_called_by_it_and_nothing_else_changes(
    kind: str, identity: str, name: str, rest: str
) -> None:
    principal = f"{kind}:{identity}"
    said = f"{person(principal)} declared INC-7, seen by {person(principal)}{rest}"
    assert principal in principals_in([said])
    called = ActorNames(by_principal={principal: name}).in_text(said)
    by_name = person(principal).removesuffix(identity) + name
    assert called == f"{by_name} declared INC-7, seen by {by_name}{rest}"
    assert ActorNames(by_principal={f"{principal}x": name}).in_text(said) == said


@pytest.mark.stack
async def test_a_sentence_of_the_log_is_told_with_the_names_that_are_known_now(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    integration, key = IntegrationId("prometheus"), ApiKeyId("0a1b2c")
    made = IntegrationCreated(
        integration_id=integration,
        name="Prometheus of Europe",
        service_id=ServiceId("checkout"),
        secret_hash="00",
        created_by=f"api_key:{key}",
        created_at=at(0),
    )
    await tell(log, integration_stream(integration), made)
    created = ApiKeyCreated(
        api_key_id=key,
        name="Terraform",
        scopes=(ApiScope.ADMIN,),
        responder_id=None,
        secret_hash="00",
        created_by="bootstrap",
        created_at=at(0),
        expires_at=None,
    )
    await tell(log, api_key_stream(key), created)
    await catch_up(database)
    sentences = [sentence_for(story().declared()), sentence_for(story().triggered())]
    names = await actor_names(reader, principals_in([*sentences, f"api_key:{key}"]))
    assert names.by_principal == {
        "integration:prometheus": "Prometheus of Europe",
        f"api_key:{key}": "Terraform",
    }
    told = [names.in_text(one) for one in sentences]
    assert told[0].startswith("Integration Prometheus of Europe declared INC-1001")
    assert told[1].endswith("seen by integration Prometheus of Europe.")
