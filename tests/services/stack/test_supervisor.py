"""Parts that die are started again; the end comes in reverse order. The parts are shell scripts."""

import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.stack.progress import silent
from services.stack.supervisor import parts as supervisor
from services.stack.supervisor import service_process
from services.stack.supervisor.lifeline import Watch, watched
from services.stack.supervisor.parts import Supervisor
from services.stack.supervisor.service_process import ServiceFailedToStart, ServiceProcess, touches
from tests.eventually import eventually

OBEDIENT = 'echo started; trap "echo $0 >> $ENDS; exit 0" TERM; touch "$TOCSIN_ALIVE_FILE"; '
WAIT = "while :; do sleep 0.05; done"
STUBBORN = 'trap "" TERM; touch "$TOCSIN_ALIVE_FILE"; ' + WAIT

type Make = Callable[..., ServiceProcess]


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    async with watched() as made:
        yield made


@pytest.fixture
def make(tmp_path: Path, watch: Watch) -> Make:
    """Make a part out of a shell script."""

    def made(name: str, script: str = OBEDIENT + WAIT, stop_seconds: float = 5.0) -> ServiceProcess:
        file = tmp_path / f"{name}.alive"
        return ServiceProcess(
            name=name,
            data=tmp_path,
            environment={"ENDS": str(tmp_path / "ends")},
            healthy=touches(file),
            alive_file=file,
            watch=watch,
            stop_seconds=stop_seconds,
            command=("sh", "-c", script, name),
        )

    return made


class Said(list[str]):
    """Everything that was said, and a way to wait for a line."""

    async def line(self, *words: str) -> str:
        async def found() -> str | None:
            return next((line for line in self if all(word in line for word in words)), None)

        return await eventually(f"a line with {words}", found, 10)


async def test_a_part_that_is_killed_is_started_again_and_it_is_said(make: Make) -> None:
    said, api = Said(), make("api")
    async with Supervisor(said.append) as running:
        await running.start(api)
        before = api.pid
        assert before
        os.kill(before, signal.SIGKILL)
        await said.line("api", "code -9", "starting it again in 0.5 s")
        await said.line("api: running again")
        assert api.pid not in (None, before)


async def test_a_part_that_cannot_start_again_is_tried_with_growing_pauses(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_SECONDS", 0.05)
    mark = tmp_path / "lived-once"
    once = f'[ -e {mark} ] && exit 3; touch {mark} "$TOCSIN_ALIVE_FILE"; sleep 0.2; exit 4'
    said = Said()
    async with Supervisor(said.append) as running:
        await running.start(make("worker", once))
        await said.line("ended with code 4", "in 0.05 s")
        await said.line("did not start", "code 3", "in 0.1 s")
        await said.line("did not start", "code 3", "in 0.2 s")


async def test_a_part_that_ends_as_it_starts_is_tried_once_more_and_its_last_words_are_said(
    make: Make, tmp_path: Path
) -> None:
    mark = tmp_path / "tried-once"
    once = f'[ -e {mark} ] || {{ touch {mark}; echo "port 8080 is taken"; exit 1; }}; ' + OBEDIENT
    said = Said()
    async with Supervisor(said.append) as running:
        await running.start(make("front", once + WAIT))
    assert "ended with code 1, after saying: port 8080 is taken" in said[0]
    assert said[1] == "front: running"


async def test_a_part_that_never_gets_healthy_is_an_error_that_names_its_log(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(service_process, "START_SECONDS", 0.3)
    part = make("projector", WAIT)
    with pytest.raises(ServiceFailedToStart, match=f"{tmp_path}/logs/projector.log"):
        await part.start()
    assert part.pid is None


async def test_the_end_comes_in_reverse_order_and_waits_for_each(
    make: Make, tmp_path: Path
) -> None:
    async with Supervisor(silent) as running:
        await running.start(make("projector"))
        await running.start(make("worker"))
        await running.start(make("api"))
    assert (tmp_path / "ends").read_text().split() == ["api", "worker", "projector"]


async def test_a_part_that_does_not_listen_is_ended_by_force(make: Make) -> None:
    part = make("api", STUBBORN, stop_seconds=0.3)
    async with Supervisor(silent) as running:
        await running.start(part)
        started = time.monotonic()
    assert time.monotonic() - started < 2
    assert part.pid is None


async def test_when_one_part_fails_to_start_the_others_are_ended(make: Make) -> None:
    good, bad = make("api"), make("worker", "exit 9")
    async with Supervisor(silent) as running:
        await running.start(good)
        with pytest.raises(ServiceFailedToStart, match="code 9"):
            await running.start(bad)
    assert good.pid is None


async def test_what_a_part_prints_is_in_its_log(make: Make, tmp_path: Path) -> None:
    async with Supervisor(silent) as running:
        await running.start(make("api"))
    assert "started" in (tmp_path / "logs" / "api.log").read_text()
