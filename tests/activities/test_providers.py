"""A provider is a folder: whoever puts one there has registered it."""

from typing import get_args

import pytest

from activities import integrations
from activities.delivery.outbound import Outbound
from activities.delivery.provider import Provider, provider_types, providers, supports
from activities.tracking.tracker import tracker_types
from events.delivery.events import PAGE
from tests.house.tree import ROOT

FOLDER = ROOT.joinpath(*integrations.__name__.split("."))
every_provider = pytest.mark.parametrize(
    "provider", provider_types().values(), ids=provider_types()
)


def test_every_folder_of_integrations_is_a_provider_or_a_tracker() -> None:
    folders = {one.name for one in FOLDER.iterdir() if (one / "__init__.py").is_file()}
    found = {one.__module__.split(".")[-2] for one in provider_types().values()}
    trackers = {one.__module__.split(".")[-2] for one in tracker_types().values()}
    assert found | trackers == folders
    assert providers(Outbound()).keys() == provider_types().keys()


@every_provider
def test_a_provider_says_what_it_is_called_and_how_people_are_reached_over_it(
    provider: type[Provider],
) -> None:
    assert provider.NAME.isidentifier()
    assert get_args(provider.Address.model_fields["channel"].annotation) == (provider.NAME,)
    assert provider.Address.__doc__  # the API's documents show it
    assert provider.SUPPORTS


def test_a_kind_of_message_that_a_provider_does_not_take_is_not_meant_for_it() -> None:
    assert supports("email", PAGE)
    assert not supports("email", "ticket")
    assert supports("a_provider_that_is_gone", PAGE)  # it fails, and people see it
