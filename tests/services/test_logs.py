"""What a process writes to its log, and what it must never write there."""

import io
import json
import logging
import re
import time
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.logs import SECRETS as RULES
from services.logs import QuietHandler, configure_logs, scrubbed

SECRETS = (
    "tocsin_key_anna.laptop_9f8a7b6c5d4e3f2a1b0c",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "bot123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
    "Bearer abc.def.ghi",
    "postgresql://tocsin_app:hunter22@db/tocsin",
    "+4915112345678",
    "anna@example.org",
    "http://127.0.0.1:8080/ack/AAAA-bbbb_cccc",
    "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
    "https://fcm.googleapis.com/fcm/send/dQw4w9WgXcQ:APA91bHPRgkFLJu6xyz",
    "https://push.example/wpush/v2?token=dQw4w9WgXcQAPA91bHPRgkFLJu6xyz",
    '{"endpoint": "https://a.example/b", "keys": {"auth": "JHMHI8qBe7bk2ZwO5U711o"}}',
    "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "tgram://123456789:JHMHI8qBe7bk2ZwO5U711o3dV_js/12315544/",
)
READABLE = (
    "hunter22",
    "abc.def",
    "MfKQ",
    "9f8a7b",
    "15112345678",
    "anna@",
    "AAAA-bbbb",
    "ABC-DEF1234",
    "APA91b",
    "JHMHI8q",
)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the process writes; the test session's own logging comes back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("worker", "info", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    return [json.loads(line, parse_constant=no_constant) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_its_process_and_time(written: io.StringIO) -> None:
    structlog.get_logger("here").info("page_sent", channel="email", seconds=0.5)
    (line,) = lines(written)
    assert line["event"] == "page_sent"
    assert line["process"] == "worker"
    assert line["level"] == "info"
    assert str(line["timestamp"]).endswith("Z")


def test_what_is_bound_to_the_request_is_on_every_line_of_it(written: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(incident_id="one"):
        structlog.get_logger().info("first")
        logging.getLogger("some.library").warning("second")
    assert [line["incident_id"] for line in lines(written)] == ["one", "one"]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_blacked_out_wherever_it_stands(written: io.StringIO, secret: str) -> None:
    log = structlog.get_logger()
    log.info(secret, field=f"see {secret}!", deep={"a": [secret], secret: (secret,)})
    logging.getLogger("some.library").warning("it says %s", secret)
    log.error("it_broke", exc_info=ValueError(secret))
    assert len(lines(written)) == 3
    assert not [part for part in READABLE if part in written.getvalue()]


@pytest.mark.parametrize(("word", "pattern"), [(word, rule) for word, rule, _ in RULES])
@given(data=st.data())
def test_no_secret_is_without_the_word_it_is_looked_for_by(
    word: str, pattern: re.Pattern[str], data: st.DataObject
) -> None:
    assert word in data.draw(st.from_regex(pattern)).lower()


@pytest.mark.parametrize(
    "key", ["password", "smtp_password", "api_key", "Authorization", "app_dsn"]
)
def test_a_value_under_a_telling_name_is_blacked_out(written: io.StringIO, key: str) -> None:
    structlog.get_logger().info("started", **{key: "plain", "nested": {key: ["plain"]}})
    assert "plain" not in written.getvalue()


def test_ids_times_and_addresses_of_servers_stay_readable(written: io.StringIO) -> None:
    structlog.get_logger().info("x", at="2026-11-23T12:00:00+00:00", server="127.0.0.1:7233", n=4)
    (line,) = lines(written)
    assert (line["at"], line["server"], line["n"]) == (
        "2026-11-23T12:00:00+00:00",
        "127.0.0.1:7233",
        4,
    )


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "url",
    [
        "https://tocsin.example/v1/incidents/0198c0de-0000-7000-8000-000000000001/pages",
        "https://docs.tocsin.example/how-to/say-when-you-are-away-from-work.md",
        "http://127.0.0.1:8080/healthz?after=42",
        "postgresql://db:5432/tocsin",
    ],
)
def test_a_url_that_lets_nobody_in_stays_readable(url: str) -> None:
    assert scrubbed(f"see {url}") == f"see {url}"


def test_no_value_can_make_logging_fail_or_break_the_line(written: io.StringIO) -> None:
    loop: list[object] = []
    loop.append(loop)
    structlog.get_logger().info(
        "odd \ud800 \x1b[31m\nnext",
        surrogate="\udfff",
        nothing=float("nan"),
        endless=float("inf"),
        loop=loop,
        broken=Unprintable(),
        raw=b"\xff",
        hidden=SecretStr("hunter22"),
    )
    (line,) = lines(written)
    assert line["nothing"] == "nan"
    assert line["broken"] == "<Unprintable>"


def test_a_line_with_the_wrong_arguments_is_lost_quietly(
    written: io.StringIO, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = [one for one in logging.getLogger().handlers if isinstance(one, QuietHandler)]
    monkeypatch.setattr(logging.getLogger(), "handlers", ours)
    logging.getLogger("some.library").warning("%d", "hunter22")
    (line,) = lines(written)
    assert line["event"] == "log_line_lost"
    assert "hunter22" not in capsys.readouterr().err


def test_a_traceback_shows_no_local_variables(written: io.StringIO) -> None:
    def fail() -> None:
        key = "the-local-value"
        raise RuntimeError(len(key))

    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("it_broke")
    assert "RuntimeError: 15" in str(lines(written)[0]["exception"])
    assert "the-local-value" not in written.getvalue()


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a.",
        "-",
        "+1",
        "a:",
        "tocsin_",
        "a@",
        "Bearer ",
        "://",
        "ab://",
        "https://",
        "https://a/",
        "/a",
        "auth':",
    ],
)
def test_no_text_takes_long_to_be_scrubbed(piece: str) -> None:
    begun = time.thread_time()
    scrubbed(piece * 10_000)
    assert time.thread_time() - begun < 0.2
