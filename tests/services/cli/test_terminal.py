"""What reaches the terminal: everything people wrote, and nothing that the terminal would obey."""

import io
import json
import re
import sys
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text

from events.values.plain_text import PLAIN
from services.cli import shown, terminal
from services.cli.terminal import Terminal
from tests.events.test_plain_text import HOSTILE

CLI = Path(terminal.__file__).parent
OURS = re.compile(r"\x1b\[[0-9;]*m")  # a colour of rich's own


def printed(what: object, *, colours: bool = False) -> str:
    out = io.StringIO()
    system: Literal["standard"] | None = "standard" if colours else None
    console = Terminal(file=out, force_terminal=colours, color_system=system, width=80)
    console.print(what)
    return out.getvalue()


def a_table(text: str) -> Table:
    table = Table("Alert", "What")
    table.add_row(Text(text, style="red"), Text(text))
    return table


@given(HOSTILE)
def test_no_text_of_others_moves_the_cursor_or_turns_the_line(text: str) -> None:
    for what in (Text(text), a_table(text)):
        assert re.fullmatch(PLAIN, printed(what).replace("\r", ""))


@given(HOSTILE)
@example("\t\t0")
def test_only_our_own_colours_reach_a_terminal(text: str) -> None:
    said = printed(Text.assemble((text, "bold red")), colours=True)
    assert re.fullmatch(PLAIN, OURS.sub("", said))
    found = OURS.findall(said)
    assert set(found) <= {"\x1b[1;31m", "\x1b[0m"}
    assert len(found) <= 2 * (said.count("\n") + 1 + text.count("\t"))  # rich parts a line at tabs


def test_an_alert_cannot_clear_the_screen_or_set_its_title(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown.table(("UTC", "What"), [("12:00", "\x1b[2J\x1b]0;all well\x1b\\disk \x9b31mfull")])
    said = capsys.readouterr().out
    assert "disk full" in said
    assert "\x1b" not in said
    assert "\x9b" not in said


@given(st.dictionaries(st.text(), HOSTILE))
def test_json_for_programs_has_every_character_and_obeys_none(value: dict[str, str]) -> None:
    out = io.StringIO()
    before, terminal.console = terminal.console, Terminal(file=out)
    try:
        shown.as_json(value)
    finally:
        terminal.console = before
    assert re.fullmatch(PLAIN, out.getvalue())
    assert json.loads(out.getvalue()) == value


def test_a_refusal_that_quotes_a_hostile_title_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    shown.complain("INC-7 [red] \x1b[2J\u202eis closed.")
    assert capsys.readouterr().err == "tocsin: INC-7 [red] is closed.\n"


def test_a_terminal_without_our_characters_shows_what_they_are_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(taken, encoding="ascii"))
    terminal.never_fails_on_a_character()
    shown.say("Lager läuft voll", shown.FAULT)
    sys.stdout.flush()
    assert taken.getvalue() == b"\\u2717 Lager l\\xe4uft voll\n"


def test_nothing_is_said_but_through_the_terminal() -> None:
    other_ways = re.compile(
        r"\bprint\(|rich\.console|sys\.std(out|err)|typer\.echo|rich import print"
    )
    others = [file for file in CLI.rglob("*.py") if file.name != "terminal.py"]
    found = {
        file.name: line
        for file in others
        for line in file.read_text().splitlines()
        if other_ways.search(re.sub(r"console\.print\(", "", line))
    }
    assert found == {}
