"""The command line finds the stack that runs, and sends a key only where it was told to go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.cli.endpoint import Endpoint, NoEndpoint, endpoint
from services.settings import Settings
from services.stack.data_directory import announce, held, running_stack_url

HERE = "http://127.0.0.1:18080"
ELSEWHERE = "https://tocsin.example.com"


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOCSIN_URL", "TOCSIN_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def stack(data: Path) -> Iterator[Settings]:
    """A stack that runs on this directory, on a port of its own choosing."""
    with held(data):
        (data / "development-key").write_text("tocsin_key_here\n")
        announce(data, api_url=HERE, temporal_address="127.0.0.1:17233")
        yield Settings(data=data)


def test_the_stack_that_runs_here_is_found_by_what_it_wrote_down(tmp_path: Path) -> None:
    with stack(tmp_path) as settings:
        assert endpoint(settings) == Endpoint(url=HERE, key="tocsin_key_here")


def test_a_stack_that_is_gone_is_not_asked_with_its_key(tmp_path: Path) -> None:
    with stack(tmp_path):
        pass
    (tmp_path / "stack.json").write_text(f'{{"pid": 1, "api_url": "{HERE}"}}')  # killed, not ended
    assert running_stack_url(tmp_path) is None
    with pytest.raises(NoEndpoint, match="make up"):
        endpoint(Settings(data=tmp_path))


def test_the_key_of_the_stack_here_goes_to_no_other_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_URL", ELSEWHERE)
    with stack(tmp_path) as settings, pytest.raises(NoEndpoint, match=ELSEWHERE):
        endpoint(settings)


def test_an_address_that_names_the_stack_here_takes_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_URL", f"{HERE}/")
    with stack(tmp_path) as settings:
        assert endpoint(settings).key == "tocsin_key_here"


def test_a_key_that_is_set_goes_nowhere_without_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_API_KEY", "tocsin_key_of_production")
    with stack(tmp_path) as settings, pytest.raises(NoEndpoint, match="TOCSIN_URL"):
        endpoint(settings)


def test_an_empty_address_is_none_and_an_empty_key_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_URL", "")
    monkeypatch.setenv("TOCSIN_API_KEY", "")
    with stack(tmp_path) as settings:
        assert endpoint(settings) == Endpoint(url=HERE, key="tocsin_key_here")
        monkeypatch.setenv("TOCSIN_API_KEY", "tocsin_key_of_production")
        with pytest.raises(NoEndpoint, match="TOCSIN_URL"):
            endpoint(settings)


def test_an_address_and_a_key_that_are_set_belong_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_URL", ELSEWHERE)
    monkeypatch.setenv("TOCSIN_API_KEY", "tocsin_key_of_production")
    with stack(tmp_path) as settings:
        assert endpoint(settings) == Endpoint(url=ELSEWHERE, key="tocsin_key_of_production")
