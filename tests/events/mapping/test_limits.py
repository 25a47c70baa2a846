"""Whatever a mapping and a body say, reading ends soon, and in nothing but the named refusals."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.mapping.body_mapping import BodyMapping, NamedReading, Reading, require_mapping
from events.mapping.budget import STEPS, Budget
from events.mapping.reading import read_body
from events.mapping.refusals import MappingRefused, Unreadable

ROWS = [{"k": "v" * 50, "n": number} for number in range(2_400)]
BIG: dict[str, Any] = {"l": ROWS, "t": "x" * 400_000, "w": [0] * 100_000}
MIDDLE: dict[str, Any] = {"l": ROWS[:1_600], "t": "x" * 400_000}


def of(reading: Reading) -> BodyMapping:
    made = BodyMapping(title=reading)
    require_mapping(made)
    return made


@pytest.mark.parametrize(
    "path",
    [
        "$..*..*..*..*",
        "$..[?count(@..*) == count($..k)]",
        '$..[?search(@.k, "(v+)+$")]',
        '$.l[?search($.t, "(x+)+y")]',
        "$.l[?$.t == $.t]",
        "$.l[?$.t <= $.t]",
        "$.l[?$.l == $.l]",
        "$.w[?@ == 0]",
        "$.w[*]",
        "$.w[::-1]",
        "$" + "[*,*,*,*]" * 20,
    ],
)
def test_a_path_that_goes_through_too_much_is_stopped(path: str) -> None:
    with pytest.raises(Unreadable, match=f"more than {STEPS} steps") as stopped:
        read_body(of(Reading(path=path)), BIG)
    assert stopped.value.field == "title"


@pytest.mark.parametrize(
    "expression",
    [
        f"[{','.join(['body'] * 190)}]",
        f"[{','.join(['body'] * 190)}] == []",
        "size(" + "+".join(["body.l"] * 25) + ")",
        "body.t" + '.replace("x", body.t)' * 40,
        "size(" + "body.t" + '.split("x").join("a")' * 40 + ")",
        "size(" + "join(" * 20 + "body.l" + ',"a")' * 20 + ")",
        "+".join(["body.t"] * 30),
    ],
)
def test_an_expression_grows_nothing_beyond_its_length(expression: str) -> None:
    budget = Budget()
    try:
        (alert,) = read_body(of(Reading(expression=expression)), MIDDLE, budget)
    except Unreadable:
        assert budget.left < 0
    else:
        assert len(alert.text("title")) <= 200_000


def test_an_expression_looks_at_no_body_of_many_values() -> None:
    with pytest.raises(Unreadable, match="more than 5000 values: use a path"):
        read_body(of(Reading(expression="size(body.w)")), BIG)
    (alert,) = read_body(of(Reading(path="$.l[7].n")), BIG)
    assert alert.text("title") == "7"


@pytest.mark.parametrize("path", ["$" + "..*" * 160, "$" + "..[0]" * 90, "$" + "[0]" * 160])
@pytest.mark.parametrize("depth", [30, 90, 400])
def test_a_deep_body_and_a_long_path_end_alike(path: str, depth: int) -> None:
    body: Any = "x"
    for _ in range(depth):
        body = [body]
    try:
        (alert,) = read_body(of(Reading(path=path)), body)
    except Unreadable:
        return
    assert alert.fields[0].value is not None or alert.fields[0].wrong


def test_all_fields_of_all_alerts_share_one_budget() -> None:
    several = BodyMapping(
        alerts="$[*]",
        title=Reading(path="@.k"),
        labels=tuple(
            NamedReading(name=f"l{one}", reading=Reading(expression="alert.k")) for one in range(30)
        ),
    )
    assert len(read_body(several, ROWS[:20])) == 20
    with pytest.raises(Unreadable, match="steps"):
        read_body(several, ROWS[:900])


@pytest.mark.parametrize(
    "reading",
    [Reading(path="$"), Reading(path="$.l"), Reading(expression="body")],
    ids=["all of it", "a list", "expression"],
)
def test_a_body_is_not_written_out_for_every_label(reading: Reading) -> None:
    labels = tuple(NamedReading(name=f"l{one}", reading=reading) for one in range(50))
    budget = Budget()
    with pytest.raises(Unreadable, match="steps"):
        read_body(BodyMapping(title=Reading(path="$.t"), labels=labels), MIDDLE, budget)


def test_a_long_text_is_cut_but_for_a_key_and_no_alert_pays_for_many_of_it() -> None:
    text = Reading(path="$.t")
    made = BodyMapping(title=text, dedup_key=text, summary=text)
    (alert,) = read_body(made, BIG)
    assert [len(one.value or "") for one in alert.fields] == [16_000, 16_000, 400_000]
    many = BodyMapping(alerts="$.l[*]", title=Reading(path="@.k"), dedup_key=text)
    with pytest.raises(Unreadable, match="steps"):
        read_body(many, BIG | {"l": ROWS[:500]})


def test_every_member_of_a_large_object_is_paid_for() -> None:
    large = {"o": {f"m{number}": "x" for number in range(50_000)}}
    every = (NamedReading(name="*", reading=Reading(path="$.o")),)
    with pytest.raises(Unreadable, match="steps"):
        read_body(BodyMapping(title=Reading(expression='"a"'), labels=every), large)


WORDS = st.sampled_from(
    [
        *("body", "alert", ".a", ".b", "['a']", "[0]", "[*]", "..", "$", "@", "?", "(", ")"),
        *(" == ", " + ", " - ", " / ", " % ", "'x'", '"y"', "1", "0", "9223372036854775807"),
        *("-", "!", "true", "null", " && ", " || ", " in ", " ? ", " : ", ".size()", "size("),
        *("has(", ".split(", ",", ".matches('a')", "string(", "int(", "double(", ".join("),
        *(".map(body, ", ".filter(body, ", "x", "u", "r", "match(", "search(", "count(", "length("),
        *("value(", "'('", "//", "\n", "é", "\x00", "{", "}"),
    ]
)
TEXTS = st.one_of(st.lists(WORDS, max_size=14).map("".join), st.text(max_size=30))
PATHS = TEXTS.map(lambda text: "$" + text)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "alerts", "", "é"]), inner, max_size=4)
    ),
    max_leaves=12,
)


def readings(texts: st.SearchStrategy[str], kind: str) -> st.SearchStrategy[Reading]:
    return texts.map(
        lambda text: Reading(path=text) if kind == "path" else Reading(expression=text)
    )


@given(
    one=st.one_of(readings(PATHS, "path"), readings(TEXTS, "expression")),
    other=st.one_of(readings(PATHS, "path"), readings(TEXTS, "expression")),
    alerts=st.one_of(st.just(""), st.sampled_from(["$[*]", "$..a", "$.alerts"]), PATHS),
    body=JSON,
)
def test_nothing_but_the_named_refusals_is_ever_raised(
    one: Reading, other: Reading, alerts: str, body: Any
) -> None:
    made = BodyMapping(alerts=alerts, title=one, status=other, dedup_key=other, summary=one)
    try:
        require_mapping(made)
        read = read_body(made, body)
    except (MappingRefused, Unreadable):
        return
    assert all(one.value is not None or one.wrong for alert in read for one in alert.fields)


@given(
    expression=st.sampled_from(
        [
            "body.a + body.b",
            "body.a - body.b * body.a / body.b % body.a",
            "-body.a",
            "int(body.a)",
            "double(body.a) / double(body.b)",
            "string(body.a) + string(body.b)",
            "body.a in body.b",
            "body.a[body.b]",
            "body.a < body.b",
            "body.a == body.b ? body.a : body.b",
            "body.a.join(body.b)",
            "body.a.split(body.b)",
            "body.a.replace(body.b, body.a)",
            "lower(body.a, body.b)",
            "size(body.a)",
            "{body.a: body.b}",
            "[body.a, body.b][body.a]",
            'body.a.matches("x")',
        ]
    ),
    first=JSON,
    second=JSON,
)
def test_no_value_makes_an_expression_fail_otherwise(
    expression: str, first: Any, second: Any
) -> None:
    made = of(Reading(expression=expression))
    (alert,) = read_body(made, {"a": first, "b": second})
    assert alert.fields[0].value is not None or alert.fields[0].wrong
