"""Multipart forms: what a browser sends is read as it was, and what is broken is refused."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.multipart import UploadedFile, parts_in


def sent(file: tuple[str, bytes, str], **fields: str) -> tuple[bytes, str]:
    """Return what a client that nobody here wrote makes of a form."""
    request = httpx.Request("POST", "http://x", data=fields, files={"file": file})
    return request.read(), request.headers["content-type"]


@given(content=st.binary(min_size=1, max_size=300), text=st.text(max_size=50))
def test_a_file_arrives_as_it_was_whatever_is_in_it(content: bytes, text: str) -> None:
    body, media_type = sent(("graph.png", content, "image/png"), reason=text)
    fields, files = parts_in(body, media_type)
    assert files["file"] == UploadedFile(name="graph.png", media_type="image/png", content=content)
    assert fields == {"reason": [text]}


@pytest.mark.parametrize(
    ("name", "claimed", "kept", "media_type"),
    [
        ("app.log", "application/octet-stream", "app.log", "text/plain"),
        ("rows.csv", "application/vnd.ms-excel", "rows.csv", "text/csv"),
        ("../../etc/passwd", "text/plain", "passwd", "text/plain"),
        ("C:\\logs\\a.txt", "text/plain", "a.txt", "text/plain"),
        ("page.html", "text/html", "page.html", "text/html"),
    ],
)
def test_a_name_has_no_folder_and_a_log_is_text(
    name: str, claimed: str, kept: str, media_type: str
) -> None:
    _, files = parts_in(*sent((name, b"x", claimed)))
    assert (files["file"].name, files["file"].media_type) == (kept, media_type)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n", "multipart/form-data"),
        (
            b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf",
            "multipart/form-data; boundary=x",
        ),
        (
            b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
        (b"junk--x--", "multipart/form-data; boundary=x"),
    ],
)
def test_a_form_that_is_cut_off_or_nameless_is_refused(body: bytes, media_type: str) -> None:
    with pytest.raises(ValueError, match=r"boundary|cut off|without"):
        parts_in(body, media_type)
