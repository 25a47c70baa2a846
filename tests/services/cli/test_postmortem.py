"""A postmortem is written, read by others and published at a terminal."""

from pathlib import Path

import httpx
import pytest

from services.cli.remote import Remote
from tests.services.cli.test_configure import DONE, Api, api, tocsin

__all__ = ["api"]

PATH = "/v1/incidents/INC-7/postmortem"


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("begin", "INC-7"), ("POST", "", {"author_id": None})),
        (("author", "INC-7", "ben"), ("PUT", "/author", {"author_id": "ben"})),
        (
            ("review", "INC-7", "--reviewer", "ben", "--reviewer", "cem"),
            ("POST", "/review", {"reviewer_ids": ["ben", "cem"]}),
        ),
        (("approve", "INC-7", "--digest", "ab"), ("POST", "/approval", {"digest": "ab"})),
        (
            ("publish", "INC-7", "--for", "team"),
            ("POST", "/publication", {"reason": None, "visibility": "team"}),
        ),
        (
            (
                *("public-text", "INC-7", "--based-on", "1", "--summary", "Cards"),
                *("--what-happened", "A release", "--what-we-do", "One first"),
            ),
            (
                "PUT",
                "/public-text",
                {"summary": "Cards", "what_happened": "A release", "what_we_do": "One first"},
            ),
        ),
        (
            ("dismiss", "INC-7", "0123456789abcdef"),
            ("POST", "/hints/0123456789abcdef/dismissal", None),
        ),
        (("revise", "INC-7"), ("POST", "/revision", None)),
        (("waive", "INC-7", "--reason", "Small"), ("POST", "/waiver", {"reason": "Small"})),
        (
            ("annotate", "INC-7", "42", "It named another service"),
            ("PUT", "/timeline/42/annotation", {"text": "It named another service"}),
        ),
        (("annotate", "INC-7", "42", ""), ("PUT", "/timeline/42/annotation", {"text": ""})),
        (("retract-factor", "INC-7", "2"), ("DELETE", "/factors/2", None)),
        (
            ("comment", "INC-7", "impact", "Since when?", "--based-on", "2"),
            ("POST", "/sections/impact/comments", {"revision": 2, "text": "Since when?"}),
        ),
        (("entry", "INC-7", "42", "pinned"), ("PUT", "/timeline/42/choice", {"choice": "pinned"})),
        (
            ("add", "INC-7", "2026-11-23T11:42:00Z", "They knew"),
            (
                "POST",
                "/timeline/added",
                {
                    "happened_at": "2026-11-23T11:42:00Z",
                    "text": "They knew",
                    "source_url": None,
                },
            ),
        ),
    ],
    ids=lambda one: one[0],
)
def test_each_step_has_a_command(
    api: Api, words: tuple[str, ...], asked: tuple[str, str, object]
) -> None:
    said = tocsin("postmortem", *words)
    assert said.exit_code == 0, said.output
    method, noun, body = asked
    assert api.asked == [(method, f"{PATH}{noun}", body)]


def test_a_factor_is_recorded_with_the_why_that_it_answers(api: Api) -> None:
    said = tocsin(
        *("postmortem", "factor", "INC-7", "No canary stage", "--kind", "factor"),
        *("--category", "process", "--because-of", "1", "--primary"),
    )
    assert said.exit_code == 0, said.output
    [(_, path, body)] = api.asked
    assert path == f"{PATH}/factors"
    assert (body["because_of"], body["primary"], body["category"]) == (1, True, "process")


FACTOR = {
    "number": 2,
    "factor_kind": "factor",
    "category": "process",
    "text": "No canary",
    "because_of": 1,
    "primary": True,
    "change_id": "release-7",
}


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ((), {}),
        (("--kind", "luck", "--category", "deploy"), {"factor_kind": "luck", "category": "deploy"}),
        (("--because-of", "0", "--secondary"), {"because_of": None, "primary": False}),
        (("--because-of", "3", "--change", ""), {"because_of": 3, "change_id": None}),
    ],
)
def test_a_factor_is_said_anew_and_what_is_left_out_stays(
    api: Api, options: tuple[str, ...], changed: dict[str, object]
) -> None:
    api.answer = {**DONE, "factors": [FACTOR]}
    said = tocsin("postmortem", "change-factor", "INC-7", "2", "No canary stage", *options)
    assert said.exit_code == 0, said.output
    body = {name: value for name, value in FACTOR.items() if name != "number"}
    body |= {"text": "No canary stage", **changed}
    assert api.asked[1:] == [("PUT", f"{PATH}/factors/2", body)]


OUTSIDE = {
    "at": "2026-11-23T11:42:00Z",
    "text": "They knew",
    "shown": True,
    "pinned": False,
    "position": None,
    "annotation": None,
    "entry_id": "e1",
    "source_url": "https://status.example.com/7",
}


@pytest.mark.parametrize(
    ("options", "at", "source"),
    [
        ((), "2026-11-23T11:42:00Z", "https://status.example.com/7"),
        (("--at", "2026-11-23T11:50:00Z", "--source", ""), "2026-11-23T11:50:00Z", None),
    ],
)
def test_an_added_entry_is_said_anew_and_what_is_left_out_stays(
    api: Api, options: tuple[str, ...], at: str, source: str | None
) -> None:
    api.answer = {**DONE, "entries": [OUTSIDE]}
    said = tocsin("postmortem", "change-entry", "INC-7", "e1", "They knew of it", *options)
    assert said.exit_code == 0, said.output
    body = {"happened_at": at, "text": "They knew of it", "source_url": source}
    assert api.asked[1:] == [("PUT", f"{PATH}/timeline/added/e1", body)]


def test_an_added_entry_is_removed_by_how_its_id_begins(api: Api) -> None:
    other = {**OUTSIDE, "entry_id": "e2"}
    api.answer = {**DONE, "entries": [OUTSIDE, other, {**OUTSIDE, "entry_id": None}]}
    assert tocsin("postmortem", "remove-entry", "INC-7", "E1").exit_code == 0
    assert api.asked[1:] == [("DELETE", f"{PATH}/timeline/added/e1", None)]
    assert tocsin("postmortem", "remove-entry", "INC-7", "e").exit_code == 1, "which of both?"


@pytest.mark.parametrize("words", [("change-entry", "e2"), ("change-factor", "3")])
def test_what_is_not_there_is_not_changed(api: Api, words: tuple[str, str]) -> None:
    api.answer = {"entries": [OUTSIDE], "factors": [FACTOR]}
    command, which = words
    assert tocsin("postmortem", command, "INC-7", which, "Else").exit_code == 1
    assert [one[0] for one in api.asked] == ["GET"]


def test_the_timeline_shows_by_what_each_entry_is_named(api: Api) -> None:
    declared = {**OUTSIDE, "position": 42, "entry_id": None, "text": "Declared", "pinned": True}
    hidden = {**declared, "position": 43, "text": "Told again", "shown": False, "pinned": False}
    entries = [OUTSIDE, {**declared, "annotation": "By hand"}, hidden]
    api.answer = {"shown": 1, "of": 2, "added": 1, "newer": 3, "entries": entries}
    said = tocsin("postmortem", "timeline", "INC-7").output
    assert "Told again" not in said
    for words in ("e1", "42", "added", "pinned", "By hand", "3 came since the review"):
        assert words in said
    assert "43" in tocsin("postmortem", "timeline", "INC-7", "--all").output


def test_a_comment_is_on_the_newest_revision_unless_another_was_read(api: Api) -> None:
    api.answer = {**DONE, "revision": 3}
    said = tocsin("postmortem", "comment", "INC-7", "impact", "Since when?")
    assert "at revision 3" in said.output
    assert api.asked[1][2] == {"revision": 3, "text": "Since when?"}
    remark = {"section": "impact", "revision": 3, "by": "responder:ben", "text": "Since when?"}
    api.answer = {"comments": [remark]}
    shown = tocsin("postmortem", "comments", "INC-7").output
    assert "responder:ben" in shown
    assert "Since when?" in shown


def test_the_tree_of_whys_is_indented(api: Api) -> None:
    factor = {"number": 1, "depth": 1, "primary": False, "factor_kind": "factor"}
    one = {**factor, "category": "deploy", "text": "No canary stage", "unfinished": False}
    other = {**one, "number": 2, "text": "Bob typed it", "unfinished": True}
    api.answer = {"factors": [one, other]}
    said = " ".join(tocsin("postmortem", "whys", "INC-7").output.split())
    assert "No canary stage" in said
    assert "Bob typed it (ends at a person: what made it possible?)" in said


def test_a_section_is_written_from_the_revision_that_was_read(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "impact.md"
    file.write_text("All of them.\n", "utf-8")
    api.answer = {**DONE, "revision": 3}
    said = tocsin("postmortem", "write", "INC-7", "impact", str(file))
    assert said.exit_code == 0, said.output
    assert [one[:2] for one in api.asked] == [
        ("GET", f"{PATH}/sections/impact"),
        ("PUT", f"{PATH}/sections/impact"),
    ]
    assert tocsin("postmortem", "write", "INC-7", "impact", str(tmp_path / "no.md")).exit_code == 1


def test_who_was_slower_is_shown_both_texts_and_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "impact.md"
    file.write_text("All of them.\n", "utf-8")
    problem = {
        "title": "Somebody else has written the section since.",
        "code": "section-changed",
        "detail": "Section impact is at revision 4, not 3.",
        "revision": 4,
        "theirs": "Half of them.",
        "written_by": "responder:ben",
        "merged": "Half of all of them.",
    }

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["if-match"] == '"3"'
        media_type = {"content-type": "application/problem+json"}
        return httpx.Response(412, json=problem, headers=media_type)

    http = httpx.Client(base_url="http://tocsin.test", transport=httpx.MockTransport(answer))
    remote = Remote("http://tocsin.test", "tocsin_key_x", http=http)
    monkeypatch.setattr(Remote, "from_environment", lambda *_: remote)
    said = tocsin("postmortem", "write", "INC-7", "impact", str(file), "--based-on", "3")
    assert said.exit_code == 1
    for text in ("Half of them.", "Half of all of them.", "--based-on 4"):
        assert text in said.output


def test_the_status_says_what_is_missing(api: Api) -> None:
    section = {"section": "impact", "revision": 0, "computed": True, "erased": False}
    api.answer = {
        "begun": True,
        "state": "in_review",
        "approved": False,
        "edition": 1,
        "author_id": "ana",
        "due_at": "2026-12-07T14:00:00Z",
        "due": "overdue",
        "approvals": [{"stale": True}],
        "approvals_needed": 2,
        "missing": ["review"],
        "sections": [{**section, "log_says": None, "written_by": None}],
    }
    said = tocsin("postmortem", "status", "INC-7").output
    assert "0 of 2" in said
    assert "overdue" in said
    assert "what the log says" in said


def test_hints_are_listed_with_what_dismisses_them(api: Api) -> None:
    hint = {
        "key": "0123456789abcdef",
        "section": "summary",
        "phrase": "human error",
        "why": "A label ends the search.",
        "question": "What made it possible?",
    }
    api.answer = {"hints": [hint]}
    said = tocsin("postmortem", "hints", "INC-7")
    assert said.exit_code == 0, said.output
    assert "summary: “human error”" in said.output
    assert "To dismiss it: 0123456789abcdef" in said.output
