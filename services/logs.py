"""Logging: JSON off a terminal, columns on one, secrets and personal data redacted."""

import json
import logging
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from math import isfinite
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN: Final = "[redacted]"
DEEPEST: Final = 6  # levels of a value that are printed
LONGEST: Final = 10_000  # characters of one value

SECRET_KEYS: Final = re.compile(
    r"passw|secret|token|authorization|cookie|credential|dsn|(?:api|link)_?key", re.IGNORECASE
)
# Each begins where nothing it could begin with comes before: else a long word would be looked at
# again from each of its characters.
_LONG_SECRET: Final = re.compile(
    r"(?<=[/=])"  # a part of the path, or a value of the query
    r"(?![0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![^/?&#\s]))"  # an id stays
    r"(?=[^/?&=#]*[0-9A-Z])[^/?&=#]{20,}"  # words of small letters alone stay
)


def _without_long_secrets(url: re.Match[str]) -> str:
    """Return a URL without those of its parts that may be what lets its holder in."""
    return _LONG_SECRET.sub(HIDDEN, url[0])


type _Instead = str | Callable[[re.Match[str]], str]  # of what is blacked out

# The first is what a text must hold, in lower case, for the second to be looked for in it: most of
# what is logged holds none of them.
SECRETS: Final[tuple[tuple[str, re.Pattern[str], _Instead], ...]] = (
    (
        "://",
        re.compile(r"(?<![\w+.-])((?!https?:|postgres)[a-zA-Z]\w{1,30}://)[^\s\"'<>]+"),
        rf"\1{HIDDEN}",
    ),  # URLs of Apprise: all of them is address and password
    (
        "://",
        re.compile(r"(?<!\w)https?://[^\s\"'<>]+"),
        _without_long_secrets,
    ),  # endpoints of web push, and webhooks of chats
    (
        "://",
        re.compile(r"(?<!\w)(\w+://[^\s:/@]*):[^\s@/]+@"),
        rf"\1:{HIDDEN}@",
    ),  # password in a DSN
    ("tocsin_", re.compile(r"\btocsin_[a-z]+_[\w.-]+"), HIDDEN),  # API and ingest keys
    ("whsec_", re.compile(r"\bwhsec_[\w+/=-]+"), HIDDEN),  # signing secrets
    ("bearer", re.compile(r"\bBearer\s+[^\s\"',]+", re.IGNORECASE), f"Bearer {HIDDEN}"),
    ("bot", re.compile(r"\bbot\d+:[\w-]+"), HIDDEN),  # tokens of Telegram's bots, in a path
    *(
        (name, re.compile(rf"\b({name}\\?[\"']\s{{0,9}}:\s{{0,9}}\\?[\"'])[\w=-]+"), rf"\1{HIDDEN}")
        for name in ("auth", "p256dh")
    ),  # keys of a web push subscription
    (":", re.compile(r"(?<!\w)\d{5,20}:[\w-]{30,}"), HIDDEN),  # and alone
    ("/ack/", re.compile(r"/ack/[\w-]+"), f"/ack/{HIDDEN}"),  # acknowledgement links
    ("@", re.compile(r"(?<![\w.+-])[\w.+-]+@\w[\w.-]*"), HIDDEN),  # e-mail addresses
    ("+", re.compile(r"\+[1-9]\d{6,14}\b"), HIDDEN),  # telephone numbers, E.164
)
UNUSED: Final = ("logThreads", "logProcesses", "logMultiprocessing", "logAsyncioTasks")
ONLY_WARNINGS: Final = ("asyncio", "httpcore", "httpx", "uvicorn.access")  # we log this ourselves


def configure_logs(process: str, level: str, *, stream: TextIO | None = None) -> None:
    """Send what this process and its libraries log to `stream`, by default standard output."""
    output = stream or sys.stdout
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,  # never with local variables: they hold secrets
        _naming(process),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *common,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = QuietHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=common,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redacted,
                _renderer(output),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for unused in UNUSED:  # of a record: no line of ours says it, and to find it out takes time
        setattr(logging, unused, False)
    for name in ONLY_WARNINGS:
        logging.getLogger(name).setLevel(logging.WARNING)


class QuietHandler(logging.StreamHandler[TextIO]):
    """Writes lines. A line that cannot be written is lost, and never stops what it is about."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say that a line is missing, but nothing of what it held."""
        with suppress(Exception):
            self.stream.write(f'{{"event": "log_line_lost", "logger": "{record.name}"}}\n')


def redacted(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event with plain values only, and without what nobody may read in a log (P11)."""
    return {str(key): _value(str(key), value, DEEPEST) for key, value in event.items()}


def scrubbed(text: str) -> str:
    """Return the text with secrets blacked out and broken characters escaped."""
    clean = text[:LONGEST]
    if not clean.isascii():
        clean = clean.encode("utf-8", "backslashreplace").decode()
    lower = clean.lower()
    for word, pattern, replacement in SECRETS:
        if word in lower:
            clean = pattern.sub(replacement, clean)
    return clean


def _value(key: str, value: object, levels: int) -> Any:
    match value:
        case None | int():
            return value
        case _ if _is_secret(key):
            return HIDDEN
        case str():
            return scrubbed(value)
        case float() if isfinite(value):  # JSON has no NaN
            return value
        case _:
            return _inner(key, value, levels)


def _inner(key: str, value: object, levels: int) -> Any:
    match value:
        case Mapping() if levels:
            return {scrubbed(str(k)): _value(str(k), v, levels - 1) for k, v in value.items()}
        case list() | tuple() | set() | frozenset() if levels:
            return [_value(key, one, levels - 1) for one in value]
        case _:
            return scrubbed(_as_text(value))


@lru_cache(maxsize=1024)
def _is_secret(key: str) -> bool:
    return SECRET_KEYS.search(key) is not None


def _as_text(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - whatever a broken __str__ raises, the line is still written
        return f"<{type(value).__name__}>"


def _naming(process: str) -> Processor:
    def name(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event.setdefault("process", process)
        return event

    return name


def _renderer(output: TextIO) -> Processor:
    if output.isatty():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return _as_json


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)  # made once: to make it costs more than it


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return _ENCODER.encode(event)  # plain values: it comes behind `redacted`
