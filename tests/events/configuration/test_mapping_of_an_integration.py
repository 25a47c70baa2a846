"""An integration's mapping is set, replaced and taken away, and each change has its number."""

from datetime import UTC, datetime

from events.configuration.integration import (
    IntegrationMappingChanged,
    IntegrationNotFound,
    IntegrationRevokedBefore,
    SetMapping,
    integration_decider,
)
from events.mapping.body_mapping import BodyMapping, Reading
from events.mapping.refusals import MappingRefused
from tests.events.configuration.test_integration import MONITOR, created, revoked, root
from tests.given import given

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
BY_HOST = BodyMapping(title=Reading(path="$.host"))
BY_NAME = BodyMapping(title=Reading(expression="body.name"))


def put(mapping: BodyMapping | None) -> SetMapping:
    return SetMapping(mapping=mapping, actor=root, at=NOW)


def changed(mapping: BodyMapping | None, version: int) -> IntegrationMappingChanged:
    return IntegrationMappingChanged(
        integration_id=MONITOR,
        mapping=mapping,
        mapping_version=version,
        mapping_changed_by="api_key:root",
        mapping_changed_at=NOW,
    )


def test_each_mapping_has_its_number_and_taking_it_away_too() -> None:
    given(created).when(put(BY_HOST)).then(changed(BY_HOST, 1))
    given(created, changed(BY_HOST, 1)).when(put(BY_NAME)).then(changed(BY_NAME, 2))
    given(created, changed(BY_HOST, 1)).when(put(None)).then(changed(None, 2))
    integration = integration_decider.fold([created, changed(BY_HOST, 1), changed(None, 2)])
    assert (integration.mapping, integration.mapping_version) == (None, 2)


def test_the_same_mapping_again_changes_nothing() -> None:
    given(created, changed(BY_HOST, 1)).when(put(BY_HOST)).then_nothing()
    given(created).when(put(None)).then_nothing()


def test_a_mapping_that_cannot_be_read_is_never_stored() -> None:
    broken = BodyMapping(title=Reading(path="$.["))
    given(created).when(put(broken)).refused(MappingRefused, "no JSONPath")


def test_only_an_integration_in_use_takes_a_mapping() -> None:
    given().when(put(BY_HOST)).refused(IntegrationNotFound)
    given(created, revoked).when(put(BY_HOST)).refused(IntegrationRevokedBefore)
