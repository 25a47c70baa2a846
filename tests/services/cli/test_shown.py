"""What the command line prints: readable by people, and whole for programs."""

import pytest

from services.cli import shown


def test_no_line_of_a_sentence_is_broken_where_a_program_reads_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = "/var/lib/" + "a-long-name/" * 20 + "export"
    shown.say(f"73 events are in {folder}.")
    assert capsys.readouterr().out == f"73 events are in {folder}.\n"


def test_brackets_in_what_people_wrote_are_printed_as_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown.say("checkout [/eu] fails [red]", shown.FAULT)
    assert capsys.readouterr().out == "✗ checkout [/eu] fails [red]\n"
