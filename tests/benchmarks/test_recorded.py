"""What a benchmark writes down: one row a peer, with the ratio the right way round."""

import json
from io import StringIO
from pathlib import Path

from rich.console import Console

from benchmarks.measuring.comparison import Peer, alone, less_is_better, more_is_better
from benchmarks.measuring.machine import Machine, commit, this_machine
from benchmarks.measuring.recorded import table, write
from benchmarks.measuring.rounds import Rounds

MACHINE = Machine(
    cpu="a processor",
    cores=2,
    memory_gib=23.5,
    load=0.5,
    kernel="Linux 6.1",
    python="3.13.0",
    postgres="18.6",
)
FAST = Rounds((90.0, 100.0, 110.0))
SLOW = Rounds((55.0, 50.0, 45.0))


def test_twice_the_rate_of_the_peer_is_a_ratio_of_two() -> None:
    row = more_is_better("append", "events/s", FAST, Peer(name="them", reached=SLOW, goal=1.0))

    assert (row.ours, row.peer, row.ratio) == (100.0, 50.0, 2.0)
    assert row.met is True


def test_twice_the_time_of_the_peer_is_a_ratio_of_a_half() -> None:
    row = less_is_better("command", "ms", FAST, Peer(name="them", reached=SLOW, goal=1.0))

    assert row.ratio == 0.5
    assert row.met is False


def test_the_range_is_that_of_rounds_run_side_by_side() -> None:
    row = more_is_better("append", "events/s", FAST, Peer(name="them", reached=SLOW))

    assert row.ratio_range == (90 / 55, 110 / 45)
    assert row.met is None


def test_the_file_is_a_list_of_rows_that_each_know_their_machine_and_commit(tmp_path: Path) -> None:
    rows = [
        more_is_better("append", "events/s", FAST, Peer(name="them", reached=SLOW, goal=1.0)),
        alone("memory", "KiB", Rounds((71.23456,))),
    ]

    file = write(tmp_path, "append", rows, MACHINE, "0123456789ab")

    compared, measured = json.loads(file.read_text())
    assert file.name == "append.json"
    assert compared["name"] == "append"
    assert compared["peer_name"] == "them"
    assert compared["goal"] == 1.0
    assert compared["machine"]["postgres"] == "18.6"
    assert compared["commit"] == "0123456789ab"
    assert measured["ours"] == 71.23
    assert measured["peer"] is None
    assert measured["ratio"] is None


def test_the_table_names_the_peer_and_says_what_became_of_the_goal() -> None:
    rows = [
        more_is_better("append", "events/s", FAST, Peer(name="them", reached=SLOW, goal=1.0)),
        less_is_better("command", "ms", FAST, Peer(name="those", reached=SLOW, goal=1.0)),
        alone("memory", "KiB", Rounds((71.23456,))),
    ]
    printed = StringIO()

    Console(width=200, file=printed).print(table("all", rows))

    shown = printed.getvalue()
    assert "against them" in shown
    assert "2.00x" in shown
    assert "≥ 1x met" in shown
    assert "≥ 1x missed" in shown
    assert "71.2" in shown


def test_a_number_is_recorded_with_the_machine_it_was_measured_on() -> None:
    machine = this_machine()

    assert machine.postgres.startswith("18")
    assert machine.cores > 0
    assert commit()
