"""Mails for the tests: those that programs sent, and some that nobody should have."""

from pathlib import Path
from typing import Any

from services.api.intake.passed_over import PassedOver
from services.api.intake.sources.email import SOURCE
from services.intake.arrival import Arrival
from services.intake.batch.signal import Signal
from tests.services.api.intake.doors import DATA, recorded
from tests.services.api.intake.monitor import SENDER, STARTED, signals_in

RECORDED = sorted(path.name for path in Path(DATA / "email").glob("*.eml"))


def mail_of(name: str) -> bytes:
    """A mail as it was sent, by its name."""
    return recorded(f"email/{name}.eml")


def heard(raw: bytes, *, detail: str = "", **headers: str) -> Any:
    """What the source makes of a mail; headers are what the listener says of it."""
    arrival = Arrival(
        sender=SENDER,
        at=STARTED,
        named={"detail": detail} if detail else {},
        headers={name.replace("_", "-"): said for name, said in headers.items()},
    )
    reader = SOURCE.reader(arrival)
    reader.feed(raw)
    return reader.finish()


def alert_in(raw: bytes, *, detail: str = "", **headers: str) -> Signal:
    """The alert that a mail is."""
    (signal,) = signals_in(heard(raw, detail=detail, **headers))
    return signal


def why_passed_over(raw: bytes, **headers: str) -> str:
    """Why a mail is no alert; nothing if it is one."""
    what = heard(raw, **headers)
    return what.reason if isinstance(what, PassedOver) else ""


def written(*fields: str, text: str | bytes = "x") -> bytes:
    """A mail with these header fields."""
    body = text if isinstance(text, bytes) else text.encode()
    return "\r\n".join((*fields, "", "")).encode("utf-8", "surrogateescape") + body
