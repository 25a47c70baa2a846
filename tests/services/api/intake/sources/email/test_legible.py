"""A mail is kept with its texts in clear: its secrets are blacked out, and it reads the same."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.intake.keeping.redaction import redacted
from services.api.intake.sources.email.legible import legible
from services.request_refusals import BodyMalformed
from tests.services.api.intake.monitor import signals_in
from tests.services.api.intake.sources.email.mails import RECORDED, heard, mail_of


def said_by(raw: bytes) -> object:
    try:
        what = heard(raw)
    except BodyMalformed:
        return None
    return what if hasattr(what, "reason") else signals_in(what)


@pytest.mark.parametrize("name", [name.removesuffix(".eml") for name in RECORDED])
def test_what_is_kept_of_a_recorded_mail_is_read_as_what_came(name: str) -> None:
    assert said_by(legible(mail_of(name))) == said_by(mail_of(name))


def with_secrets(encoding: str) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "login failed"
    mail.set_content("user=root password=hunter22 \u2026 again\n", cte=encoding)
    mail.add_alternative("<p>password=hunter22 \u2026 again</p>", subtype="html", cte=encoding)
    mail.add_attachment(b"hunter22" * 4_000, maintype="application", subtype="x", filename="dump")
    return bytes(mail)


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_a_secret_in_an_encoded_text_is_blacked_out_in_what_is_kept(encoding: str) -> None:
    raw = with_secrets(encoding)
    kept, number = redacted(legible(raw))
    assert number == 2
    assert b"hunter22" not in kept
    assert len(kept) < 2_000  # without the file
    assert said_by(legible(raw)) == said_by(raw)


@given(st.binary(max_size=1_000))
def test_whatever_is_kept_is_read_as_what_came(raw: bytes) -> None:
    assert said_by(legible(raw)) == said_by(raw)
