"""A mapping reads any JSON as alerts: each field by its path or expression, and says by which."""

import json
from typing import Any

import pytest

from events.mapping.body_mapping import BodyMapping, Meaning, NamedReading, Reading, require_mapping
from events.mapping.reading import AlertRead, read_body
from events.mapping.refusals import MappingRefused, Unreadable
from tests.services.api.intake.doors import recorded

BODY: dict[str, Any] = {
    "host": "db-1",
    "check": {"name": "Disk", "state": "CRITICAL", "priority": "P1", "output": "93 % full"},
    "tags": {"env": "prod", "shards": [1, 2]},
    "links": [{"rel": "graph", "href": "https://g.example.com"}, {"rel": "doc", "href": "x"}],
}


def by(path: str = "", expression: str = "", otherwise: str = "", **table: str) -> Reading:
    meanings = tuple(Meaning(word=word, means=means) for word, means in table.items())
    return Reading(path=path, expression=expression, otherwise=otherwise, table=meanings)


def labels(**readings: Reading) -> tuple[NamedReading, ...]:
    return tuple(NamedReading(name=name, reading=one) for name, one in readings.items())


def mapping(**members: Any) -> BodyMapping:
    said: dict[str, Any] = {"title": by("$.check.name")} | members
    made = BodyMapping(**said)
    require_mapping(made)
    return made


def read(body: Any = BODY, **members: Any) -> AlertRead:
    (alert,) = read_body(mapping(**members), body)
    return alert


@pytest.mark.parametrize(
    ("reading", "text"),
    [
        (by("$.host"), "db-1"),
        (by("$.links[?@.rel == 'graph'].href"), "https://g.example.com"),
        (by("$.links[*].rel"), "graph, doc"),
        (by("$.links[?search(@.href, '^https')].rel"), "graph"),
        (by("$.links[?match(@.href, 'x')].rel"), "doc"),
        (by("$.tags.shards"), "[1, 2]"),
        (by("$.nothing", otherwise="somewhere"), "somewhere"),
        (by("$.check.state", critical="bad"), "bad"),
        (by(expression='body.check.name + " on " + body.host'), "Disk on db-1"),
        (by(expression='has(body.pod) ? body.pod : "none"'), "none"),
        (by(expression="string(size(body.links))"), "2"),
        (by(expression='body.host.split("-").join("/").upper()'), "DB/1"),
        (by(expression='body.host.matches("^db-") ? "db" : "other"'), "db"),
        (by(expression='"env" in body.tags'), "true"),
    ],
)
def test_a_field_is_read_by_a_path_or_an_expression(reading: Reading, text: str) -> None:
    alert = read(summary=reading)
    assert alert.text("summary") == text
    said = next(one for one in alert.fields if one.field == "summary")
    assert said.by in {reading.by, "otherwise"}


@pytest.mark.parametrize(
    ("reading", "wrong"),
    [
        (by("$.nothing"), "it finds nothing"),
        (by(expression="body.nothing"), "it asks for something that the body has not"),
        (by(expression="body.host + 1"), "it puts together what is not of one kind"),
        (by(expression="1 / 0"), "it gives no value of this body"),
    ],
)
def test_what_says_nothing_is_left_out_with_the_reason(reading: Reading, wrong: str) -> None:
    alert = read(summary=reading)
    assert alert.unread is None
    assert next(one.wrong for one in alert.fields if one.field == "summary").startswith(wrong)


@pytest.mark.parametrize("field", ["title", "status", "dedup_key"])
@pytest.mark.parametrize(
    "reading", [by("$.nothing"), by(expression='"\\n"')], ids=["none", "blank"]
)
def test_no_alert_is_read_without_what_it_needs(field: str, reading: Reading) -> None:
    unread = read(**{field: reading}).unread
    assert unread is not None
    assert (unread.field, unread.by) == (field, reading.by)


def test_a_status_that_the_table_lacks_is_no_status() -> None:
    status = by("$.check.state", ok="resolved")
    unread = read(status=status).unread
    assert unread is not None
    assert "give it a table" in unread.reason
    assert "CRITICAL" not in str(unread)
    assert read(status=by("$.check.state", critical="firing")).text("status") == "firing"


def test_labels_are_named_or_all_members_of_an_object() -> None:
    named = (*labels(host=by("$.host")), NamedReading(name="*", reading=by("$.tags")))
    assert read(labels=named).named("labels") == {"host": "db-1", "env": "prod", "shards": "[1, 2]"}


def test_each_value_of_a_path_can_be_an_alert_that_sees_its_body() -> None:
    body = {"env": "prod", "alerts": [{"n": "a"}, {"n": "b"}, {"n": None}, 7]}
    several = mapping(
        alerts="$.alerts[*]",
        title=by("@.n"),
        summary=by(expression='alert.n + " in " + body.env'),
        labels=labels(env=by("$.env")),
    )
    first, second, third, fourth = read_body(several, body)
    assert [first.text("summary"), second.text("summary")] == ["a in prod", "b in prod"]
    assert second.named("labels") == {"env": "prod"}
    assert third.unread is not None
    assert fourth.unread is not None


def test_a_real_message_is_read_by_paths() -> None:
    body = json.loads(recorded("statuspage/incident.json"))
    alert = read(
        body,
        title=by("$.incident.name"),
        summary=by("$.incident.incident_updates[0].body"),
        dedup_key=by(expression='"page-" + body.page.id + "-" + body.incident.id'),
        status=by("$.incident.status", resolved="resolved", monitoring="firing"),
    )
    assert alert.text("dedup_key") == "page-j2mfxwj97wnj-lbkhbwn21v5q"
    assert alert.text("summary").startswith("A fix has been implemented")


LONG = labels(**{f"a{number}": by("$" + ".a" * 249) for number in range(21)})


@pytest.mark.parametrize(
    ("members", "field", "position", "words"),
    [
        ({"title": by("$.a[")}, "title.path", 5, "no JSONPath"),
        ({"title": by("host")}, "title.path", None, "begins with $"),
        ({"title": by("@.host")}, "title.path", 1, "only where `alerts`"),
        ({"title": by()}, "title", None, "a path or an expression"),
        ({"title": by("$", "body")}, "title", None, "a path or an expression"),
        ({"title": by("$" + "[?@" * 160)}, "title.path", None, "no JSONPath"),
        ({"title": by("$" + ".a" * 300)}, "title.path", None, "at most 500"),
        ({"alerts": "$.[*]"}, "alerts", 3, "no JSONPath"),
        ({"title": by("$[?match(@.a, @.b)]")}, "title.path", None, "Write the regular"),
        ({"title": by("$[?!(1 == 1 || search(@, '('))]")}, "title.path", None, "RE2"),
        ({"title": by(expression="1 +")}, "title.expression", 4, "no CEL expression"),
        ({"title": by(expression="x" * 1_001)}, "title.expression", None, "at most 1000"),
        ({"title": by(expression="alert.n")}, "title.expression", None, "no alert here"),
        ({"title": by(expression="body.a.map(x, x)")}, "title.expression", None, "loop"),
        ({"title": by(expression="body.a.exists(body, true)")}, "title.expression", None, "loop"),
        ({"title": by(expression="body.a.map(body, body)")}, "title.expression", None, "loop"),
        ({"title": by(expression="[1].filter (body, 1 < 2)")}, "title.expression", None, "loop"),
        ({"title": by(expression="[1].map //\n (body, 1)")}, "title.expression", None, "loop"),
        ({"title": by(expression="[1].exists_one(body, true)")}, "title.expression", None, "loop"),
        ({"title": by(expression="[1].existsOne(body, true)")}, "title.expression", None, "loop"),
        ({"title": by(expression="[1].all(body, true)")}, "title.expression", None, "loop"),
        ({"title": by(expression="cel.bind(body, 1, 2)")}, "title.expression", None, "bind"),
        ({"title": by(expression='"a" + "b"' * 40)}, "title.expression", 10, "no CEL"),
        ({"title": by(expression="+".join(["1"] * 40))}, "title.expression", None, "at most 30"),
        ({"title": by(expression='body.a.matches("(")')}, "title.expression", None, "RE2"),
        ({"title": by(expression="body.a.matches(body.b)")}, "title.expression", None, "Write a"),
        ({"title": by(expression='matches(body.a, "b")')}, "title.expression", None, "Write a"),
        ({"title": by(expression='duration("1h")')}, "title.expression", None, "duration"),
        ({"labels": labels(a=by("$["))}, "labels.a.path", 3, "no JSONPath"),
        ({"labels": labels(a=by("$")) * 2}, "labels", None, "twice: a"),
        ({"links": labels(**{f"a{n}": by("$") for n in range(51)})}, "links", None, "at most 50"),
        ({"status": by("$.a", bad="open")}, "status.table", None, "firing or resolved"),
        ({"status": by("$.a", otherwise="up")}, "status.otherwise", None, "firing or resolved"),
        ({"severity": by("$.a", bad="worst")}, "severity.table", None, "SEV1 to SEV4"),
        (
            {"labels": labels(**{f"a{n}": by("$" + ".a" * 249) for n in range(21)})},
            "mapping",
            None,
            "",
        ),
    ],
    ids=lambda value: None if isinstance(value, dict) else str(value)[:30],
)
def test_a_mapping_that_cannot_be_read_is_refused_by_field_and_position(
    members: dict[str, Any], field: str, position: int | None, words: str
) -> None:
    with pytest.raises(MappingRefused) as refused:
        mapping(**members)
    assert refused.value.facts.get("field") == field
    assert refused.value.facts.get("position") == position
    assert words in refused.value.detail


@pytest.mark.parametrize(
    ("alerts", "body", "words"),
    [
        ("$.alerts[*]", {"alerts": []}, "it finds no alert"),
        ("$[*]", [{}] * 1_001, "more than 1000 alerts"),
    ],
    ids=["none", "many"],
)
def test_a_body_without_alerts_or_with_too_many_is_not_read(
    alerts: str, body: Any, words: str
) -> None:
    with pytest.raises(Unreadable, match=words):
        read_body(mapping(alerts=alerts, title=by("@.n")), body)
