"""A mapping is set from a file, tried on a body, shown and removed at a terminal."""

from pathlib import Path
from typing import Any

import pytest

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

PATH = "/v1/integrations/ab12/mapping"
MAPPING = 'title: {path: $.host}\nstatus: {path: $.state, table: {"OK": resolved}}\n'
READ = {"title": {"path": "$.host"}, "status": {"path": "$.state", "table": {"OK": "resolved"}}}
WRONG = {"field": "status", "by": "path $.state", "reason": "it finds nothing"}
TRIED: dict[str, Any] = {
    "mapping_version": 2,
    "alerts": [
        {
            "fields": [
                {"field": "title", "value": "db-1", "by": "path $.host", "wrong": None},
                {"field": "status", "value": None, "by": "path $.state", "wrong": WRONG["reason"]},
            ],
            "unread": WRONG,
        }
    ],
    "alerts_in_message": 3,
    "unread": WRONG,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "mapping.yaml"
    made.write_text(MAPPING)
    return made


def test_a_mapping_is_set_from_a_file_and_removed(api: Api, file: Path) -> None:
    told = tocsin("mapping", "set", "ab12", "--file", str(file))
    assert told.output == "Set the mapping of integration ab12. (version 1)\n"
    tocsin("mapping", "remove", "ab12")
    assert api.asked == [("PUT", PATH, READ), ("DELETE", PATH, None)]


def test_a_mapping_is_never_emptied_for_want_of_a_file(api: Api, tmp_path: Path) -> None:
    assert tocsin("mapping", "set", "ab12").exit_code == 2
    other = tmp_path / "other.yaml"
    other.write_text("rules: []\n")
    assert tocsin("mapping", "set", "ab12", "--file", str(other)).exit_code == 2
    assert not api.asked


def test_a_trial_says_what_each_field_says_and_why_it_would_be_a_dead_letter(
    api: Api, file: Path, tmp_path: Path
) -> None:
    api.answer = TRIED
    body = tmp_path / "body.json"
    body.write_text('{"host": "db-1"}')
    told = tocsin("mapping", "test", "ab12", "--body", str(body), "--file", str(file))
    assert told.output == (
        "! It would be a dead letter. status, path $.state: it finds nothing\n"
        "Alert 1 cannot be read. status, path $.state: it finds nothing\n"
        "  title: db-1\n"
        "    by path $.host\n"
        "  status: — (it finds nothing)\n"
        "    by path $.state\n"
        "! 2 more alerts are not shown.\n"
    )
    assert api.asked == [("POST", f"{PATH}/test", {"mapping": READ, "body": '{"host": "db-1"}'})]


def test_a_trial_is_of_a_body_or_of_a_message_that_came(api: Api) -> None:
    assert tocsin("mapping", "test", "ab12").exit_code == 2
    api.answer = TRIED
    tocsin("mapping", "test", "ab12", "--arrival", "5")
    assert api.asked == [("POST", f"{PATH}/test", {"arrival_id": "5"})]


def test_a_mapping_is_shown_as_it_is_set(api: Api, file: Path) -> None:
    reading = {"path": "$.host", "expression": "", "table": {}, "otherwise": ""}
    api.answer = {
        "mapping": {"alerts": "", "title": reading, "summary": None, "labels": {}},
        "mapping_version": 2,
        "mapping_changed_by": "ana",
    }
    assert tocsin("mapping", "show", "ab12").output == (
        "# version 2, by ana\ntitle:\n  path: $.host\n"
    )
    api.answer = {"mapping": None}
    assert "has no mapping" in tocsin("mapping", "show", "ab12").output
